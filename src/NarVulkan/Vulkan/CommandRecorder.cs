using Silk.NET.Vulkan;

namespace NarVulkan.Vulkan;

/// <summary>
/// Records a chain of dispatches, copies and fills once, to be replayed. Each command declares what it reads and
/// writes and barriers follow from that. When the work since the last cut exceeds a budget, the next command starts
/// a new command buffer, so that no submission runs too long.
/// </summary>
internal sealed unsafe class CommandRecorder : IDisposable
{
    // Progress is seen and cancellation heard this much more often than the budget asks for; a piece costs the host some
    // microseconds.
    private const double PiecesPerBudget = 4;

    private readonly VulkanDevice _device;
    private readonly string _name;
    private readonly double _pieceBudget;
    private readonly SubmissionCut _cut;
    private readonly CommandBufferPool _pool;
    private readonly DescriptorSets _sets;
    private readonly BarrierWriter _barriers;
    private readonly RegionTimer? _timer;
    private readonly List<RecordedPiece> _pieces = [];
    private readonly Stack<(string Label, uint? Begin)> _regions = [];
    private Pipeline _bound;
    private long _dispatches;
    private readonly bool _rehearsing;
    private readonly bool _secondary;
    private bool _finished;

    /// <param name="device">The device.</param>
    /// <param name="name">Name of the chain, for debug labels and error messages.</param>
    /// <param name="workBudget">
    /// Multiply-adds per piece, each submitted by itself; null: pieces of a part of the device profile's budget, submitted several
    /// at a time, as many as take the time that it names once they have been timed.
    /// </param>
    /// <param name="timestamps">Time the regions; without effect where the queue has no timestamps.</param>
    /// <param name="secondary">
    /// The pieces are executed by other command buffers instead of being submitted: <see cref="FinishSecondary"/> gives them.
    /// </param>
    public CommandRecorder(VulkanDevice device, string name, double? workBudget = null, bool timestamps = false, bool secondary = false)
    {
        _device = device;
        _secondary = secondary;
        _name = name;
        _pieceBudget = workBudget ?? device.Profile.WorkBudget / PiecesPerBudget;
        _cut = workBudget is null ? new SubmissionCut(device.Profile.WorkBudget, device.Profile.SubmissionSeconds) : SubmissionCut.EveryPiece;
        _pool = new CommandBufferPool(device, name);
        _sets = new DescriptorSets(device, name);
        _barriers = new BarrierWriter(device.Api);
        _timer = timestamps && device.Profile.TimestampPeriodNanoseconds > 0 ? new RegionTimer(device) : null;
    }

    /// <summary>For <see cref="Rehearse"/>: it holds nothing of the device.</summary>
    private CommandRecorder(VulkanDevice device)
    {
        _device = device;
        _name = "rehearsal";
        (_pool, _sets, _barriers) = (null!, null!, null!);
        (_rehearsing, _finished) = (true, true);
    }

    private CommandBuffer Commands => _pieces[^1].Commands;

    /// <summary>
    /// Goes through a recording without recording anything, so that all pipelines that it asks for are compiled in parallel before it binds
    /// the first of them. Returns while they are being compiled.
    /// </summary>
    public static void Rehearse(VulkanDevice device, Action<CommandRecorder> record) =>
        device.Pipelines.CompileAhead(() => record(new CommandRecorder(device)));

    /// <summary>Records one dispatch.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="bindings">One for each declared binding, in order.</param>
    /// <param name="parameters">The push constants; their size is the declared one.</param>
    /// <param name="groupsX">Workgroups along x.</param>
    /// <param name="groupsY">Workgroups along y.</param>
    /// <param name="groupsZ">Workgroups along z.</param>
    /// <param name="work">Multiply-adds, for cutting the chain into pieces.</param>
    /// <exception cref="DeviceException">A limit of the device is exceeded; the message names shader and buffer.</exception>
    public void Dispatch<TParameters>(
        ComputePipeline pipeline,
        ReadOnlySpan<BufferBinding> bindings,
        in TParameters parameters,
        uint groupsX,
        uint groupsY = 1,
        uint groupsZ = 1,
        double work = 0)
        where TParameters : unmanaged
    {
        if (_rehearsing)
        {
            return;
        }

        var shader = pipeline.Shader;
        DispatchRules.Check(shader, bindings, (uint)sizeof(TParameters), (groupsX, groupsY, groupsZ), _device.Profile);
        Span<BufferAccess> accesses = stackalloc BufferAccess[bindings.Length];
        for (var i = 0; i < bindings.Length; i++)
        {
            var declaration = shader.Bindings[i];
            var (begin, length) = declaration.Access == BindingAccess.UniformTexel
                ? (0, bindings[i].Buffer.PaddedSize)
                : (bindings[i].Offset, bindings[i].Length);
            accesses[i] = new BufferAccess(bindings[i].Buffer.Handle.Handle, begin, begin + length, declaration.Reads, declaration.Writes);
        }

        var set = _sets.Get(pipeline, bindings);
        Prepare(accesses, work);
        if (_bound.Handle != pipeline.Handle.Handle)
        {
            _device.Api.CmdBindPipeline(Commands, PipelineBindPoint.Compute, pipeline.Handle);
            _bound = pipeline.Handle;
        }

        _device.Api.CmdBindDescriptorSets(Commands, PipelineBindPoint.Compute, pipeline.Layout, 0, 1, &set, 0, null);
        if (shader.PushConstantBytes > 0)
        {
            fixed (TParameters* values = &parameters)
            {
                _device.Api.CmdPushConstants(Commands, pipeline.Layout, ShaderStageFlags.ComputeBit, 0, shader.PushConstantBytes, values);
            }
        }

        _device.Api.CmdDispatch(Commands, groupsX, groupsY, groupsZ);
        _dispatches++;
        _pieces[^1].Dispatches++;
    }

    /// <summary>Copies bytes between buffers; ranges of the same buffer must not overlap.</summary>
    public void Copy(DeviceBuffer source, ulong sourceOffset, DeviceBuffer destination, ulong destinationOffset, ulong bytes) =>
        CopyRegions(source, destination, [new BufferCopy { SrcOffset = sourceOffset, DstOffset = destinationOffset, Size = bytes }]);

    /// <summary>Copies several regions in one command; no region overlaps another.</summary>
    public void CopyRegions(DeviceBuffer source, DeviceBuffer destination, ReadOnlySpan<BufferCopy> regions)
    {
        if (_rehearsing)
        {
            return;
        }

        var accesses = new BufferAccess[regions.Length * 2];
        for (var i = 0; i < regions.Length; i++)
        {
            var region = regions[i];
            DispatchRules.CheckRange(source, region.SrcOffset, region.Size);
            DispatchRules.CheckRange(destination, region.DstOffset, region.Size);
            accesses[2 * i] = new BufferAccess(source.Handle.Handle, region.SrcOffset, region.SrcOffset + region.Size, true, false);
            accesses[2 * i + 1] = new BufferAccess(destination.Handle.Handle, region.DstOffset, region.DstOffset + region.Size, false, true);
        }

        Prepare(accesses, 0);
        fixed (BufferCopy* pointer = regions)
        {
            _device.Api.CmdCopyBuffer(Commands, source.Handle, destination.Handle, (uint)regions.Length, pointer);
        }
    }

    /// <summary>Sets a range to a repeated 32-bit value; offset and bytes are multiples of 4.</summary>
    public void Fill(DeviceBuffer buffer, ulong offset, ulong bytes, uint value)
    {
        if (_rehearsing)
        {
            return;
        }

        DispatchRules.CheckRange(buffer, offset, bytes);
        ArgumentOutOfRangeException.ThrowIfNotEqual(offset % 4 + bytes % 4, 0UL, nameof(bytes));
        Prepare([new BufferAccess(buffer.Handle.Handle, offset, offset + bytes, false, true)], 0);
        _device.Api.CmdFillBuffer(Commands, buffer.Handle, offset, bytes, value);
    }

    /// <summary>
    /// Up to <see cref="EndTogether"/>, commands touch nothing of each other's, though what they declare may overlap: none waits
    /// for another.
    /// </summary>
    public void BeginTogether()
    {
        if (!_rehearsing)
        {
            _barriers.BeginTogether();
        }
    }

    public void EndTogether()
    {
        if (!_rehearsing)
        {
            _barriers.EndTogether();
        }
    }

    /// <summary>Opens a region: a debug label, and a timing when timestamps were asked for. Regions nest.</summary>
    public void BeginRegion(string label)
    {
        if (_rehearsing)
        {
            return;
        }

        EnsurePiece();
        _device.BeginLabel(Commands, label);
        _regions.Push((label, _timer?.Write(Commands)));
    }

    public void EndRegion()
    {
        if (_rehearsing)
        {
            return;
        }

        var (label, begin) = _regions.Pop();
        _device.EndLabel(Commands);
        if (_timer is not null && begin is { } first)
        {
            _timer.Add(label, first, _timer.Write(Commands));
        }
    }

    /// <summary>Everything recorded so far belongs to this step or earlier ones: when it has run, the step is reported.</summary>
    public void MarkStep(int step)
    {
        if (_rehearsing)
        {
            return;
        }

        EnsurePiece();
        _pieces[^1].CompletedSteps.Add(step);
    }

    /// <summary>What follows starts a new piece.</summary>
    public void EndPieceHere()
    {
        if (!_rehearsing && _pieces.Count > 0)
        {
            Cut();
        }
    }

    /// <summary>Ends a recording of secondary command buffers; otherwise as <see cref="Finish"/>.</summary>
    public SecondaryCommands FinishSecondary()
    {
        End();
        return new SecondaryCommands(_pieces, _pool, _sets);
    }

    /// <summary>Ends the recording. The recorder is spent; what it recorded owns its command buffers and descriptor sets.</summary>
    public RecordedCommands Finish()
    {
        End();
        return new RecordedCommands(_device, _name, _pieces, _cut, _pool, _sets, _timer, _dispatches, _barriers.Count);
    }

    public void Dispose()
    {
        if (!_finished)
        {
            _finished = true;
            _timer?.Dispose();
            _sets.Dispose();
            _pool.Dispose();
        }
    }

    private void End()
    {
        ObjectDisposedException.ThrowIf(_finished, this);
        if (_regions.Count > 0)
        {
            throw new InvalidOperationException($"region '{_regions.Peek().Label}' of {_name} was not ended");
        }

        EnsurePiece();
        EndPiece();
        _finished = true;
    }

    private void Prepare(ReadOnlySpan<BufferAccess> accesses, double work)
    {
        EnsurePiece();
        if (_pieces[^1].Work > 0 && _pieces[^1].Work + work > _pieceBudget)
        {
            Cut();
        }

        _pieces[^1].Work += work;
        _barriers.Before(accesses);
    }

    private void Cut()
    {
        // Labels stay within one command buffer: tools show them per submission.
        for (var i = 0; i < _regions.Count; i++)
        {
            _device.EndLabel(Commands);
        }

        EndPiece();
        AddPiece();
        foreach (var (label, _) in _regions.Reverse())
        {
            _device.BeginLabel(Commands, label);
        }
    }

    private void EndPiece()
    {
        // After every piece, not only the last: a cancelled run ends at any of them, and the host may read in place.
        _barriers.ReleaseToHost();
        _pool.End(Commands);
    }

    private void EnsurePiece()
    {
        ObjectDisposedException.ThrowIf(_finished, this);
        if (_pieces.Count == 0)
        {
            AddPiece();
        }
    }

    private void AddPiece()
    {
        var commands = _pool.Take($"{_name} {_pieces.Count}", _secondary);
        if (_secondary)
        {
            _pool.BeginSecondary(commands);
        }
        else
        {
            _pool.Begin(commands, once: false);
        }

        _barriers.Begin(commands);
        _pieces.Add(new RecordedPiece(commands));
        _bound = default;
    }
}
