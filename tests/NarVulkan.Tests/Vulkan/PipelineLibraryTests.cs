using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Vulkan;

[Collection(VulkanCollection.Name)]
public sealed class PipelineLibraryTests(VulkanFixture fixture) : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"narvk-pipelines-{Guid.NewGuid():n}");

    [SkippableFact]
    public void Get_SameShaderAndConstants_CompilesOnce()
    {
        using var device = fixture.Open(VulkanFixture.Options());

        var first = device.Pipelines.Get(FixtureShaders.ScaleAdd, [64]);

        Assert.Same(first, device.Pipelines.Get(FixtureShaders.ScaleAdd, [64]));
        Assert.NotSame(first, device.Pipelines.Get(FixtureShaders.ScaleAdd, [32]));
        Assert.Equal(2, device.Pipelines.CompiledCount);
        Assert.True(device.Pipelines.CompileTime > TimeSpan.Zero);
    }

    [SkippableFact]
    public void CompileAhead_SeveralPipelines_AreThereWhenTheyAreBound()
    {
        using var device = fixture.Open(VulkanFixture.Options());
        var ahead = new List<ComputePipeline>();

        device.Pipelines.CompileAhead(() => ahead.AddRange(Enumerable.Range(1, 6).Select(i => device.Pipelines.Get(FixtureShaders.ScaleAdd, [(uint)i]))));

        Assert.Equal(6, ahead.Select(pipeline => pipeline.Handle.Handle).Distinct().Count());
        Assert.All(ahead, pipeline => Assert.True(pipeline.IsCompiled));
        Assert.Equal(6, device.Pipelines.CompiledCount);
        Assert.Same(ahead[3], device.Pipelines.Get(FixtureShaders.ScaleAdd, [4]));
        Assert.Equal(6, device.Pipelines.CompiledCount);
    }

    [SkippableFact]
    public void Dispose_WhilePipelinesAreCompiledAhead_WaitsForThem()
    {
        for (uint round = 0; round < 3; round++)
        {
            using var device = fixture.Open(VulkanFixture.Options());
            device.Pipelines.CompileAhead(() =>
            {
                for (uint i = 1; i <= 12; i++)
                {
                    device.Pipelines.Get(FixtureShaders.ScaleAdd, [i]);
                }
            });
        }
    }

    [SkippableFact]
    public void Dispose_AfterCompiling_SavesTheCacheForTheNextDevice()
    {
        var options = VulkanFixture.Options() with { PipelineCacheDirectory = _folder };
        using (var device = fixture.Open(options))
        {
            Assert.Equal(0, device.Pipelines.LoadedCacheBytes);
            device.Pipelines.Get(FixtureShaders.ScaleAdd, [64]);
        }

        using var next = fixture.Open(options);
        Assert.True(next.Pipelines.LoadedCacheBytes > 0);
        Assert.Null(next.Pipelines.CacheProblem);
    }

    [SkippableFact]
    public void Open_DamagedCache_IsIgnoredAndReplaced()
    {
        var options = VulkanFixture.Options() with { PipelineCacheDirectory = _folder };
        using (var device = fixture.Open(options))
        {
            device.Pipelines.Get(FixtureShaders.ScaleAdd, [64]);
        }

        var path = Assert.Single(Directory.GetFiles(_folder));
        File.WriteAllBytes(path, new byte[100]);
        List<string> notices = [];
        using (var device = fixture.Open(options with { Notice = notices.Add }))
        {
            Assert.Equal(0, device.Pipelines.LoadedCacheBytes);
            Assert.Contains("damaged", Assert.Single(notices), StringComparison.Ordinal);
            Assert.Equal(device.Pipelines.CacheProblem, notices[0]);
            device.Pipelines.Get(FixtureShaders.ScaleAdd, [64]);
        }

        Assert.Single(notices);
        using var next = fixture.Open(options with { Notice = notices.Add });
        Assert.True(next.Pipelines.LoadedCacheBytes > 0);
        Assert.Single(notices);
    }

    [SkippableFact]
    public void Dispose_WhereTheCacheCannotBeWritten_SaysSo()
    {
        fixture.RequireDevice();
        // A file where the folder should be: nothing can be written below it, by anyone.
        Directory.CreateDirectory(_folder);
        var file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");
        List<string> notices = [];
        using (var device = fixture.Open(VulkanFixture.Options() with { PipelineCacheDirectory = Path.Combine(file, "below"), Notice = notices.Add }))
        {
            device.Pipelines.Get(FixtureShaders.ScaleAdd, [64]);
            Assert.Empty(notices);
        }

        Assert.Contains("could not be written", Assert.Single(notices), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Get_UnknownShader_IsRefusedByName()
    {
        var device = fixture.RequireDevice();

        var refused = Assert.Throws<DeviceException>(() => device.Pipelines.Get(new ShaderDescription("no_such", "half", [], 0), []));

        Assert.Contains("no_such.half.spv", refused.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Get_FileThatIsNoSpirv_IsRefusedByPath()
    {
        Directory.CreateDirectory(_folder);
        File.WriteAllText(Path.Combine(_folder, "broken.spv"), "this is a text and no module at all");
        using var device = fixture.Open(VulkanFixture.Options() with { ShaderDirectory = _folder });

        var refused = Assert.Throws<DeviceException>(() => device.Pipelines.Get(new ShaderDescription("broken", null, [], 0), []));

        Assert.Contains("broken.spv is not a SPIR-V module", refused.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Get_MoreStorageBuffersThanTheDeviceBinds_IsRefused()
    {
        var device = fixture.RequireDevice();
        var most = device.Profile.MaxStorageBuffersPerShader;
        Skip.If(most > 1_000_000, "the device names no limit");
        var bindings = Enumerable.Repeat(new BindingDeclaration(BindingAccess.StorageRead), (int)most + 1).ToArray();

        var refused = Assert.Throws<DeviceException>(() => device.Pipelines.Get(new ShaderDescription("greedy", null, bindings, 0), []));

        Assert.Contains($"greedy binds {most + 1} storage buffers", refused.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }
}
