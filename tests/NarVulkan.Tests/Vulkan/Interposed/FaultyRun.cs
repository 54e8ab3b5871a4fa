using System.Runtime.ExceptionServices;
using NarVulkan.Vulkan;
using Silk.NET.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Vulkan.Interposed;

/// <summary>A device is opened, a model loaded and a generation run, one call failing. What failed is done once more on the same device, unless it was lost.</summary>
internal sealed class FaultyRun
{
    /// <summary>Seconds: a run takes less than two, so one that has not ended by then waits for what will not come.</summary>
    private const int Patience = 100;

    private readonly Fault? _fault;
    private FaultyCalls? _calls;
    private DeviceException? _first;

    /// <param name="fault">The call that fails; null: none.</param>
    /// <param name="options">How the device is opened.</param>
    /// <param name="what">What is generated.</param>
    public FaultyRun(Fault? fault, DeviceOptions options, SweptGeneration what)
    {
        _fault = fault;
        var run = Task.Run(() => Record(() => Go(options with { LoadApi = () => FaultyCalls.Load(fault, out _calls) }, what)));
        Assert.True(run.Wait(TimeSpan.FromSeconds(Patience)), $"{fault}: hangs");
        Failure = run.Result;
    }

    /// <summary>How it ended; the first failure where what failed worked the second time.</summary>
    public Exception? Failure { get; }

    public FaultyCalls Calls => _calls!;

    /// <summary>Whether there was a model.</summary>
    public bool Loaded { get; private set; }

    /// <summary>The exception that an error becomes, exactly.</summary>
    public static Type ExceptionOf(Result error) => error switch
    {
        Result.ErrorDeviceLost => typeof(DeviceLostException),
        Result.ErrorOutOfHostMemory or Result.ErrorOutOfDeviceMemory or Result.ErrorTooManyObjects => typeof(DeviceMemoryException),
        _ => typeof(DeviceException),
    };

    private void Go(DeviceOptions options, SweptGeneration what)
    {
        using var context = NarContext.Create(options);
        using var model = Twice(() => what.Load(context));
        Loaded = _first is null;
        Twice(() =>
        {
            what.Run(model);
            return true;
        });
        if (_first is not null)
        {
            ExceptionDispatchInfo.Throw(_first);
        }
    }

    private T Twice<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (DeviceException e) when (_first is null && _fault is not null && _fault.Error != Result.ErrorDeviceLost && Calls.Failed)
        {
            // Memory may be there again the next time.
            _first = e;
            return action();
        }
    }

    private static Exception? Record(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }
}
