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

    /// <summary>The model of a fixture folder, loaded once.</summary>
    public NarModel Model(string folder, NarPrecision precision = NarPrecision.Float32)
    {
        string key = $"{folder}:{precision}";
        if (!models.TryGetValue(key, out var model))
        {
            models[key] = model = NarModel.Load(Context, TestPaths.Fixture(folder), new NarLoadOptions { Precision = precision });
        }
        return model;
    }

    public void Dispose()
    {
        try
        {
            context?.Dispose();
            host?.Dispose();
        }
        catch (Exception e)
        {
            // A failing fixture does not fail the run by itself; this does.
            Environment.FailFast(e.Message);
        }
    }
}
