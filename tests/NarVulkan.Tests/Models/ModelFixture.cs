using NarVulkan.Tests.Vulkan;
using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Models;

/// <summary>One context for all tests of whole models; the golden generators are loaded once each.</summary>
public sealed class ModelFixture : IDisposable
{
    private readonly NarContext? context;
    private readonly string? missing;
    private readonly Dictionary<string, NarModel> models = [];

    public ModelFixture()
    {
        try
        {
            context = NarContext.Create(new DeviceOptions { Selector = Environment.GetEnvironmentVariable("NARVK_TEST_DEVICE") ?? "auto", LoadApi = VulkanFixture.Loader });
            ExpectedDriver.Require(context.Vulkan.Profile);
        }
        catch (DeviceException e) when (ExpectedDriver.MayBeAbsent(e))
        {
            missing = e.Message;
        }
    }

    /// <summary>The context; skips the test where there is no driver.</summary>
    public NarContext RequireContext()
    {
        Skip.If(context is null, missing);
        return context!;
    }

    /// <summary>Whether the driver is SwiftShader, which computes some forty times slower than lavapipe: there few samples stand for all.</summary>
    public bool IsSlow => RequireContext().Device.Driver.StartsWith("SwiftShader", StringComparison.Ordinal);

    /// <summary>Whether a processor computes.</summary>
    public bool IsSoftware => RequireContext().Vulkan.Profile.IsSoftware;

    /// <summary>Skips a case on SwiftShader that another driver has shown already.</summary>
    public void SkipIfSlow(string why) => Skip.If(IsSlow, $"SwiftShader: {why}");

    /// <summary>The model of a fixture folder in float32 (file precision where <paramref name="precision"/> says so), loaded once.</summary>
    public NarModel Model(string fixture, NarPrecision precision = NarPrecision.Float32)
    {
        var opened = RequireContext();
        string key = $"{fixture}:{precision}";
        if (!models.TryGetValue(key, out var model))
        {
            models[key] = model = NarModel.Load(opened, TestPaths.Fixture(fixture), new NarLoadOptions { Precision = precision });
        }
        return model;
    }

    public void Dispose()
    {
        foreach (var model in models.Values)
        {
            model.Dispose();
        }
        if (context is null)
        {
            return;
        }
        var validation = context.Vulkan.Validation;
        context.Dispose();
        if (validation is { Count: > 0 })
        {
            // A failing fixture does not fail the run by itself; this does.
            Environment.FailFast($"{validation.Count} validation messages, the first: {validation.First[0]}");
        }
    }
}
