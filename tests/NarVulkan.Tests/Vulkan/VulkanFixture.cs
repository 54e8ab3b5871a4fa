using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Vulkan;

/// <summary>
/// One device for all tests that need one. NARVK_TEST_DEVICE chooses it (as <c>--device</c> does), NARVK_VALIDATION=1
/// turns the validation layer on. At the end no buffer may be left and validation must have been silent.
/// </summary>
public sealed class VulkanFixture : IDisposable
{
    private readonly VulkanDevice? _device;
    private readonly string? _missing;

    public VulkanFixture()
    {
        try
        {
            _device = VulkanDevice.Open(Options());
        }
        catch (DeviceException e) when (e.Message.Contains("no Vulkan driver", StringComparison.Ordinal))
        {
            _missing = e.Message;
        }
    }

    /// <summary>The options of the shared device; tests that open their own start from these.</summary>
    internal static DeviceOptions Options() => new()
    {
        Selector = Environment.GetEnvironmentVariable("NARVK_TEST_DEVICE") ?? "auto",
        PipelineCacheDirectory = "",
        ShaderDirectory = TestPaths.Fixture("shaders"),
        AssertNoLeaks = true,
    };

    /// <summary>The device; skips the test where there is no driver.</summary>
    internal VulkanDevice RequireDevice()
    {
        Skip.If(_device is null, _missing);
        return _device!;
    }

    public void Dispose()
    {
        if (_device is null)
        {
            return;
        }

        var messages = _device.Validation;
        try
        {
            _device.Dispose();
            if (messages is { Count: > 0 })
            {
                throw new InvalidOperationException($"{messages.Count} validation messages, the first: {messages.First[0]}");
            }
        }
        catch (InvalidOperationException e)
        {
            // A failing fixture does not fail the run by itself; this does.
            Environment.FailFast($"the shared Vulkan device ended badly: {e.Message}");
        }
    }
}
