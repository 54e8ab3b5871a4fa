using NarVulkan.Tests.Embedding;
using NarVulkan.Tests.Models;
using NarVulkan.Vulkan;
using Silk.NET.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Vulkan.Interposed;

/// <summary>
/// A host program's device, of which any call of the product can be made to fail, and a model on it. Its frames are swept for faults: steps and
/// decoding are recorded into command buffers of the host, whose own calls do not fail.
/// </summary>
internal sealed class HostedModel : IDisposable
{
    private const string Model = "golden/nar-c2v";

    private static readonly NarGenerationRequest Request = new() { Classes = [0], Sampling = new NarSampling { Greedy = true, GuidanceScale = 1.25f } };

    private readonly HostDevice _host;
    private readonly NarContext _context;
    private readonly NarModel _model;
    private readonly FaultyCalls _calls;
    private bool _disposed;

    public HostedModel(DeviceOptions options)
    {
        FaultyCalls? calls = null;
        _host = new HostDevice(() => FaultyCalls.Load(null, out calls));
        _calls = calls!;
        _context = NarContext.Borrow(_host.Vk, _host.Instance, _host.Physical, _host.Handle, _host.Queue, _host.Family, _host.QueueLock, options);
        _model = NarModel.Load(_context, TestPaths.Fixture(Model));
    }

    /// <summary>What stands between and was not destroyed.</summary>
    public IReadOnlyList<string> Live => _calls.Leaks;

    /// <summary>A session of its own generates, with one call of the product failing.</summary>
    public FaultyRun Run(Fault? fault) => new(fault, Generate, _calls);

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _calls.Restart(null);
        _model.Dispose();
        _context.Dispose();
        _calls.AreHosts = true;
        _host.Dispose();
    }

    private void Generate(FaultyRun run)
    {
        using var session = run.Twice(_model.CreateSession);
        using var texture = run.Twice(() => session.CreateTexture());
        run.Twice(() => session.Begin(Request));
        while (!session.IsComplete)
        {
            Frame(run, session, commands => session.RecordStep(commands, NarBudget.Steps(3)));
        }

        Assert.True(Frame(run, session, commands => session.RecordDecode(commands, texture, NarBudget.Unlimited)).IsComplete);
        run.Twice(() => session.Decode(texture));
        var tokens = run.Twice(session.ReadTokens);
        Assert.Equal(Golden.Ints($"{Model}/cfg1.25__tokens.npy").AsSpan(0, tokens.Length).ToArray(), tokens);
    }

    /// <summary>One command buffer of the host. Where recording fails it is not submitted, and the next one has the same recorded.</summary>
    private NarRecording Frame(FaultyRun run, NarSession session, Func<CommandBuffer, NarRecording> record)
    {
        CommandBuffer commands = default;
        var recording = run.Twice(() =>
        {
            commands = run.AsHost(_host.BeginFrame);
            try
            {
                return record(commands);
            }
            catch
            {
                run.AsHost(() => _host.Abandon(commands));
                throw;
            }
        });
        run.AsHost(() => _host.Submit(commands));
        run.Twice(() => session.Signal(recording));
        return recording;
    }
}
