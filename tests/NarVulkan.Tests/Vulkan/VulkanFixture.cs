using NarVulkan.Tests.Vulkan.Interposed;
using NarVulkan.Vulkan;
using Silk.NET.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Vulkan;

/// <summary>
/// One device for all tests that need one. NARVK_TEST_DEVICE chooses it (as <c>--device</c> does), NARVK_VALIDATION=1
/// turns the validation layer on, NARVK_TEST_STAGING=1 treats device memory as a discrete GPU's, NARVK_TEST_LIMITS=1 leaves the
/// device the least that one may offer (<see cref="LimitedVulkan"/>), NARVK_TEST_DRIVER says which driver it must be
/// (<see cref="ExpectedDriver"/>). At the end no buffer may be left and validation must have been silent.
/// </summary>
public sealed class VulkanFixture : IDisposable
{
    /// <summary>Why a test is skipped that needs cooperative matrices.</summary>
    internal const string NoCooperativeMatrices =
        "this device has no cooperative matrices (VK_KHR_cooperative_matrix); tools/drivers/with lavapipe-forward has them";

    /// <summary>Why a test is skipped that needs integer dot products.</summary>
    internal const string NoIntegerDotProducts = "this device has no integer dot products (VK_KHR_shader_integer_dot_product)";

    /// <summary>Why a test of many forms of the kernel for integer dot products is skipped.</summary>
    internal const string SlowCompiler = "this driver compiles a form of this kernel for seconds; lavapipe runs the test";

    private readonly VulkanDevice? _device;
    private readonly string? _missing;
    private readonly List<ValidationMessages> _messages = [];
    private VulkanDevice? _cooperative;
    private VulkanDevice? _integer;

    public VulkanFixture()
    {
        try
        {
            _device = VulkanDevice.Open(Options());
            ExpectedDriver.Require(_device.Profile);
            if (_device.Validation is { } messages)
            {
                _messages.Add(messages);
            }
        }
        catch (DeviceException e) when (ExpectedDriver.MayBeAbsent(e))
        {
            _missing = e.Message;
        }
    }

    /// <summary>What commands every device of the tests goes through; null: those of the system's loader.</summary>
    internal static Func<Vk>? Loader => LimitedVulkan.IsAskedFor ? LimitedVulkan.Load : null;

    /// <summary>The options of the shared device; tests that open their own start from these.</summary>
    internal static DeviceOptions Options() => new()
    {
        Selector = Environment.GetEnvironmentVariable("NARVK_TEST_DEVICE") ?? "auto",
        PipelineCacheDirectory = "",
        ShaderDirectory = TestPaths.Fixture("shaders"),
        AssertNoLeaks = true,
        ForceStaging = Environment.GetEnvironmentVariable("NARVK_TEST_STAGING") == "1",
        LoadApi = Loader,
    };

    /// <summary>The device; skips the test where there is no driver.</summary>
    internal VulkanDevice RequireDevice()
    {
        Skip.If(_device is null, _missing);
        return _device!;
    }

    /// <summary>A device whose kernels run on cooperative matrices, software or not; skips the test where there are none.</summary>
    internal VulkanDevice RequireCooperativeDevice()
    {
        _cooperative ??= Open(Options() with { CooperativeMatrices = true });
        Skip.If(_cooperative.Profile.CooperativeMatrix is null, NoCooperativeMatrices);
        return _cooperative;
    }

    /// <summary>A device whose products with 8-bit weights are computed by integer dot products, quick or not; skips the test where there are none.</summary>
    /// <param name="forms">Forms of the kernel that the test compiles: with more than two it is skipped on SwiftShader, which takes seconds for each.</param>
    internal VulkanDevice RequireIntegerDevice(int forms = int.MaxValue)
    {
        _integer ??= Open(Options() with { IntegerDotProducts = true });
        var profile = _integer.Profile;
        Skip.IfNot(profile.IntegerDotProducts, NoIntegerDotProducts);
        Skip.If(forms > 2 && CompilesSlowly(profile), SlowCompiler);
        return _integer;
    }

    /// <summary>Software that is not Mesa's.</summary>
    internal static bool CompilesSlowly(DeviceProfile profile) => profile.IsSoftware && profile.WeightLoadPath != LoadPath.Texel;

    /// <summary>Opens one more device, with options of its own; the caller disposes it, its validation messages count too.</summary>
    internal VulkanDevice Open(DeviceOptions options)
    {
        RequireDevice();
        var device = VulkanDevice.Open(options);
        if (device.Validation is { } messages)
        {
            _messages.Add(messages);
        }

        return device;
    }

    public void Dispose()
    {
        _cooperative?.Dispose();
        _integer?.Dispose();
        _device?.Dispose();
        if (_messages.Sum(m => m.Count) is > 0 and var count)
        {
            var all = string.Join("; ", _messages.SelectMany(m => m.First));
            throw new InvalidOperationException($"{count} validation messages: {all}");
        }
    }
}
