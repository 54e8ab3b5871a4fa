using Silk.NET.Core.Contexts;
using Silk.NET.Vulkan;

namespace NarVulkan.Tests.Vulkan.Interposed;

/// <summary>
/// Counts every call that can fail, makes one of them fail, and keeps account of what was created and not destroyed. A device that is lost stays
/// lost: from then on nothing reaches the driver that a lost device would refuse. What was submitted before goes on behind the product's back, as far as
/// it has come or not, until the first call that may take something from under it.
/// </summary>
/// <remarks>
/// Calls are forwarded with eight words whatever their parameters are. In the calling conventions of x86-64 and arm64 whole numbers and pointers
/// travel as whole registers, what is too much is ignored, and the caller cleans up; no command here takes a floating-point number.
/// </remarks>
internal sealed unsafe class FaultyCalls : InterposedVulkan
{
    private readonly Dictionary<string, int> _calls = [];
    private readonly Dictionary<string, int> _live = [];
    private readonly Lock _lock = new();
    private Fault? _fault;
    private nint _device, _queue;
    private ulong _fence;
    private bool _lost, _runsOn;

    private FaultyCalls(INativeContext loader, Fault? fault)
        : base(loader) => _fault = fault;

    private delegate Result Call(nint a, nint b, nint c, nint d, nint e, nint f, nint g, nint h);

    private delegate void Destroys(nint owner, nint handle, nint allocator);

    /// <summary>How often each command that can fail was called.</summary>
    public IReadOnlyDictionary<string, int> Calls => _calls;

    /// <summary>While it is set, calls are a host program's own: they are not counted and do not fail, unless the device is lost.</summary>
    public bool AreHosts { get; set; }

    /// <summary>Whether the fault came up.</summary>
    public bool Failed { get; private set; }

    /// <summary>Whether the device was still at work when it was lost.</summary>
    public bool LostAtWork { get; private set; }

    /// <summary>What was created and not destroyed: how many of each kind.</summary>
    public IReadOnlyList<string> Leaks => [.. _live.Where(kind => kind.Value != 0).Select(kind => $"{kind.Value} {kind.Key}").Order(StringComparer.Ordinal)];

    /// <param name="fault">The call that fails; null: none, calls are only counted.</param>
    /// <param name="calls">Stands before the loader.</param>
    public static Vk Load(Fault? fault, out FaultyCalls calls) => new(calls = new FaultyCalls(Vk.GetApi().Context, fault));

    /// <summary>Counts from 0 again, with another fault to come.</summary>
    public void Restart(Fault? fault)
    {
        lock (_lock)
        {
            _fault = fault;
            _calls.Clear();
            (Failed, LostAtWork) = (false, false);
        }
    }

    protected override Delegate? Replace(string command, nint real)
    {
        if (CommandErrors.Of(command).Count > 0)
        {
            var call = (delegate* unmanaged<nint, nint, nint, nint, nint, nint, nint, nint, Result>)real;
            return new Call((a, b, c, d, e, f, g, h) =>
            {
                if (Fails(command) is { } error)
                {
                    // One that failed is in no state to be recorded into, either.
                    if (command == "vkEndCommandBuffer")
                    {
                        call(a, b, c, d, e, f, g, h);
                    }

                    return error;
                }

                // Of a lost device, the command pool that its work came from may be emptied, and the like.
                Settle();
                if (command == "vkQueueSubmit")
                {
                    _queue = a;
                }

                var result = call(a, b, c, d, e, f, g, h);
                Created(command, result, c, d);
                return result;
            });
        }

        // Pools take what was allocated of them along.
        var kind = command switch
        {
            "vkFreeMemory" => "Memory",
            "vkUnmapMemory" or "vkFreeCommandBuffers" => "",
            "vkDestroyPipeline" => "Pipeline",
            ['v', 'k', 'D', 'e', 's', 't', 'r', 'o', 'y', .. var name] when CommandErrors.Of($"vkCreate{name}").Count > 0 => name,
            _ => null,
        };
        if (kind == "")
        {
            return new Call((a, b, c, d, e, f, g, h) =>
            {
                Settle();
                return ((delegate* unmanaged<nint, nint, nint, nint, nint, nint, nint, nint, Result>)real)(a, b, c, d, e, f, g, h);
            });
        }

        return kind is null ? null : new Destroys((owner, handle, allocator) =>
        {
            Settle();
            ((delegate* unmanaged<nint, nint, nint, void>)real)(owner, handle, allocator);
            // Of instance and device the second parameter is the allocator: they are destroyed themselves.
            if ((kind is "Instance" or "Device" ? owner : handle) != 0)
            {
                Count(kind, -1);
            }
        });
    }

    private Result? Fails(string command)
    {
        lock (_lock)
        {
            if (AreHosts)
            {
                return _lost && CommandErrors.MayLoseTheDevice(command) ? Result.ErrorDeviceLost : null;
            }

            var occurrence = _calls.GetValueOrDefault(command);
            _calls[command] = occurrence + 1;
            if (_lost)
            {
                return CommandErrors.MayLoseTheDevice(command) ? Result.ErrorDeviceLost : null;
            }

            if (_fault is null || _fault.Command != command || _fault.Occurrence != occurrence)
            {
                return null;
            }

            Failed = true;
            if (_fault.Error == Result.ErrorDeviceLost && _device != 0)
            {
                (_lost, _runsOn) = (true, true);
                LostAtWork = _queue != 0 && IsAtWork();
            }

            return _fault.Error;
        }
    }

    // What is lost works no more; this one does, and something that it uses is about to go.
    private void Settle()
    {
        lock (_lock)
        {
            if (_runsOn)
            {
                _runsOn = false;
                ((delegate* unmanaged<nint, Result>)AddressOf(_device, "vkDeviceWaitIdle"))(_device);
                ((delegate* unmanaged<nint, ulong, void*, void>)AddressOf(_device, "vkDestroyFence"))(_device, _fence, null);
            }
        }
    }

    // A fence is reached when all that was submitted before it is through. The product, which holds its lock, or waits, submits nothing meanwhile.
    private bool IsAtWork()
    {
        var info = new FenceCreateInfo { SType = StructureType.FenceCreateInfo };
        ulong fence;
        if (((delegate* unmanaged<nint, void*, void*, ulong*, Result>)AddressOf(_device, "vkCreateFence"))(_device, &info, null, &fence) != Result.Success)
        {
            return false;
        }

        _fence = fence;
        ((delegate* unmanaged<nint, uint, void*, ulong, Result>)AddressOf(_device, "vkQueueSubmit"))(_queue, 0, null, fence);
        return ((delegate* unmanaged<nint, ulong, Result>)AddressOf(_device, "vkGetFenceStatus"))(_device, fence) == Result.NotReady;
    }

    private void Created(string command, Result result, nint c, nint d)
    {
        if (result < 0)
        {
            return;
        }

        switch (command)
        {
            case "vkCreateDevice":
                _device = *(nint*)d;
                Count("Device", 1);
                break;
            case "vkCreateInstance":
                Count("Instance", 1);
                break;
            case "vkCreateComputePipelines":
                Count("Pipeline", (int)c);
                break;
            case "vkAllocateMemory":
                Count("Memory", 1);
                break;
            case ['v', 'k', 'C', 'r', 'e', 'a', 't', 'e', .. var kind]:
                Count(kind, 1);
                break;
            default:
                break; // creates nothing that is destroyed by itself
        }
    }

    private void Count(string kind, int more)
    {
        lock (_lock)
        {
            _live[kind] = _live.GetValueOrDefault(kind) + more;
        }
    }
}
