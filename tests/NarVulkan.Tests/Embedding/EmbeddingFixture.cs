using Xunit;

namespace NarVulkan.Tests.Embedding;

/// <summary>One device of a host, one context that borrows it, and the models of fixture folders, loaded once each.</summary>
public sealed class EmbeddingFixture : IDisposable
{
    private readonly Dictionary<string, NarModel> models = [];
    private HostDevice? host;
    private NarContext? context;

    /// <summary>The host; skips the test where there is no driver.</summary>
    internal HostDevice Host => host ??= new HostDevice();

    /// <summary>A context on the host's device.</summary>
    public NarContext Context => context ??= Host.CreateContext();

    /// <summary>Skips a case on SwiftShader that another one shows.</summary>
    public void SkipIfSlow(bool condition, string why) => Skip.If(condition && Context.Device.Driver.StartsWith("SwiftShader", StringComparison.Ordinal), $"SwiftShader: {why}");

    /// <summary>The model of a fixture folder, in float32.</summary>
    public NarModel Model(string folder)
    {
        if (!models.TryGetValue(folder, out var model))
        {
            models[folder] = model = NarModel.Load(Context, TestPaths.Fixture(folder), new NarLoadOptions { Precision = NarPrecision.Float32 });
        }
        return model;
    }

    public void Dispose()
    {
        context?.Dispose();
        host?.Dispose();
    }
}
