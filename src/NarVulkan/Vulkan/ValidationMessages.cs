using Silk.NET.Vulkan;
using Silk.NET.Vulkan.Extensions.EXT;

namespace NarVulkan.Vulkan;

/// <summary>
/// Receives what the validation layer says: every warning and error is counted and written to a log.
/// Lives as long as its instance.
/// </summary>
internal sealed unsafe class ValidationMessages : IDisposable
{
    private const int KeptMessages = 16;

    // The driver calls it from native code: the field keeps the delegate alive.
    private readonly DebugUtilsMessengerCallbackFunctionEXT _callback;
    private readonly TextWriter _log;
    private readonly List<string> _first = [];
    private readonly Lock _lock = new();
    private ExtDebugUtils? _debugUtils;
    private Instance _instance;
    private DebugUtilsMessengerEXT _messenger;
    private int _count;

    public ValidationMessages(TextWriter log)
    {
        _log = log;
        _callback = OnMessage;
    }

    /// <summary>Warnings and errors so far.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The first few messages, for error reports and tests.</summary>
    public IReadOnlyList<string> First
    {
        get
        {
            lock (_lock)
            {
                return [.. _first];
            }
        }
    }

    /// <summary>Description of the messenger, chained to instance creation so that this is covered too.</summary>
    public DebugUtilsMessengerCreateInfoEXT Describe() => new()
    {
        SType = StructureType.DebugUtilsMessengerCreateInfoExt,
        MessageSeverity = DebugUtilsMessageSeverityFlagsEXT.WarningBitExt | DebugUtilsMessageSeverityFlagsEXT.ErrorBitExt,
        MessageType = DebugUtilsMessageTypeFlagsEXT.ValidationBitExt | DebugUtilsMessageTypeFlagsEXT.PerformanceBitExt,
        PfnUserCallback = new PfnDebugUtilsMessengerCallbackEXT(_callback),
    };

    public void Attach(ExtDebugUtils debugUtils, Instance instance)
    {
        var description = Describe();
        DebugUtilsMessengerEXT messenger;
        debugUtils.CreateDebugUtilsMessenger(instance, &description, null, &messenger).ThrowOnError("vkCreateDebugUtilsMessengerEXT");
        (_debugUtils, _instance, _messenger) = (debugUtils, instance, messenger);
    }

    /// <summary>Counts one message, keeps it among the first few and writes it to the log.</summary>
    public void Add(string message)
    {
        Interlocked.Increment(ref _count);
        lock (_lock)
        {
            if (_first.Count < KeptMessages)
            {
                _first.Add(message);
            }

            _log.WriteLine($"validation: {message}");
        }
    }

    public void Dispose()
    {
        if (_debugUtils is not null && _messenger.Handle != 0)
        {
            _debugUtils.DestroyDebugUtilsMessenger(_instance, _messenger, null);
            _messenger = default;
        }
    }

    private uint OnMessage(
        DebugUtilsMessageSeverityFlagsEXT severity,
        DebugUtilsMessageTypeFlagsEXT types,
        DebugUtilsMessengerCallbackDataEXT* data,
        void* userData)
    {
        Add(NativeText.Read(data->PMessage));
        return Vk.False;
    }
}
