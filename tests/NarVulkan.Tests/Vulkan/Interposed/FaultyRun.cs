using System.Runtime.ExceptionServices;
using NarVulkan.Vulkan;
using Silk.NET.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Vulkan.Interposed;

/// <summary>Something is done, one call of it failing. What failed is done once more on the same device, unless it was lost.</summary>
internal sealed class FaultyRun
{
    /// <summary>Seconds: a run takes less than two, so one that has not ended by then waits for what will not come.</summary>
    private const int Patience = 100;

    private readonly Fault? _fault;
    private FaultyCalls? _calls;
    private DeviceException? _first;

    /// <param name="fault">The call that fails; null: none.</param>
    /// <param name="what">What is done.</param>
    /// <param name="calls">Where the device is open already, what stands before it.</param>
    public FaultyRun(Fault? fault, Action<FaultyRun> what, FaultyCalls? calls = null)
    {
        _fault = fault;
        _calls = calls;
        calls?.Restart(fault);
        var run = Task.Run(() => Record(() => Go(what)));
        Assert.True(run.Wait(TimeSpan.FromSeconds(Patience)), $"{fault}: hangs");
        Failure = run.Result;
        (CameUp, LostAtWork) = (Calls.Failed, Calls.LostAtWork);
    }

    /// <summary>How it ended; the first failure where what failed worked the second time.</summary>
    public Exception? Failure { get; }

    public FaultyCalls Calls => _calls!;

    /// <summary>Whether there is a model, and nothing failed until there was.</summary>
    public bool Loaded { get; private set; }

    /// <summary>Whether the fault came up.</summary>
    public bool CameUp { get; }

    /// <summary>Whether the device was still at work when it was lost.</summary>
    public bool LostAtWork { get; }

    /// <summary>Messages of the validation layer.</summary>
    public long Messages { get; set; }

    /// <summary>The exception that an error becomes, exactly.</summary>
    public static Type ExceptionOf(Result error) => error switch
    {
        Result.ErrorDeviceLost => typeof(DeviceLostException),
        Result.ErrorOutOfHostMemory or Result.ErrorOutOfDeviceMemory or Result.ErrorTooManyObjects => typeof(DeviceMemoryException),
        _ => typeof(DeviceException),
    };

    /// <summary>The Vulkan that the device is opened with.</summary>
    public Vk LoadApi() => FaultyCalls.Load(_fault, out _calls);

    /// <summary>There is a model by now.</summary>
    public void HasLoaded() => Loaded = _first is null;

    /// <summary>Does something, and where the fault was in it, once more: memory may be there again the next time.</summary>
    public T Twice<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (DeviceException e) when (_first is null && _fault is not null && _fault.Error != Result.ErrorDeviceLost && Calls.Failed)
        {
            _first = e;
            return action();
        }
    }

    /// <inheritdoc cref="Twice{T}"/>
    public void Twice(Action action) => Twice(() =>
    {
        action();
        return true;
    });

    /// <summary>What a host program does by itself on the device, which is open: it does not fail.</summary>
    public T AsHost<T>(Func<T> action)
    {
        Calls.AreHosts = true;
        try
        {
            return action();
        }
        finally
        {
            Calls.AreHosts = false;
        }
    }

    /// <inheritdoc cref="AsHost{T}"/>
    public void AsHost(Action action) => AsHost(() =>
    {
        action();
        return true;
    });

    private void Go(Action<FaultyRun> what)
    {
        what(this);
        if (_first is not null)
        {
            ExceptionDispatchInfo.Throw(_first);
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
