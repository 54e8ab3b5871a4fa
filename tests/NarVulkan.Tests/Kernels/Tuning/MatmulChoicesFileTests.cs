using NarVulkan.Kernels;
using NarVulkan.Kernels.Tuning;
using NarVulkan.Tests.Vulkan;
using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Kernels.Tuning;

[Collection(VulkanCollection.Name)]
public sealed class MatmulChoicesFileTests(VulkanFixture fixture) : IDisposable
{
    private const string Kernels = "hash of the kernels";

    private static readonly MatmulShape Shape = new(1024, 768, WeightPrecision.Float16, false);

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"narvk-tuning-{Guid.NewGuid():n}");

    private string FilePath => Path.Combine(_folder, "inner", "products.json");

    [SkippableFact]
    public void Load_AfterSave_ReturnsTheChoices()
    {
        var profile = Profile();
        var saved = Save(profile);

        var file = new MatmulChoicesFile(FilePath, () => Kernels);
        var loaded = file.Load(profile, MatmulTiling.Gpu);

        Assert.Equal(saved.All, loaded.All);
        Assert.Equal(saved.Find(Shape, 8), loaded.Find(Shape, 5));
        Assert.Null(loaded.Find(Shape, 9));
        Assert.Null(loaded.Find(Shape with { Depth = 769 }, 8));
        Assert.Null(file.Problem);
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(FilePath)!));
    }

    [SkippableFact]
    public void Load_OfOtherKernelsOrNoFile_IsEmptyAndNoProblem()
    {
        var profile = Profile();
        Save(profile);

        var other = new MatmulChoicesFile(FilePath, () => "another hash");
        var none = new MatmulChoicesFile(FilePath + ".none", () => Kernels);

        Assert.Empty(other.Load(profile, MatmulTiling.Gpu).All);
        Assert.Null(other.Problem);
        Assert.Empty(none.Load(profile, MatmulTiling.Gpu).All);
        Assert.Null(none.Problem);
    }

    [SkippableFact]
    public void Kernels_WhereThereIsNoFileToCompareThemWith_AreNotRead()
    {
        var profile = Profile();
        var asked = 0;
        string Hash()
        {
            asked++;
            return Kernels;
        }

        Assert.Empty(new MatmulChoicesFile(null, Hash).Load(profile, MatmulTiling.Gpu).All);
        Assert.False(new MatmulChoicesFile(null, Hash).Save(MatmulChoices.None));
        var file = new MatmulChoicesFile(FilePath, Hash);
        Assert.Empty(file.Load(profile, MatmulTiling.Gpu).All);
        Assert.Equal(0, asked);

        Assert.True(file.Save(MatmulChoices.None));
        Assert.Empty(file.Load(profile, MatmulTiling.Gpu).All);
        Assert.Equal(1, asked);
    }

    [SkippableFact]
    public void Load_CutShortAnywhere_IsIgnoredAndReplaced()
    {
        var profile = Profile();
        var saved = Save(profile);
        var bytes = File.ReadAllBytes(FilePath);
        for (var length = 0; length < bytes.Length; length += 13)
        {
            File.WriteAllBytes(FilePath, bytes[..length]);
            var file = new MatmulChoicesFile(FilePath, () => Kernels);

            Assert.Empty(file.Load(profile, MatmulTiling.Gpu).All);
            Assert.NotNull(file.Problem);
        }

        Assert.True(new MatmulChoicesFile(FilePath, () => Kernels).Save(saved));
        Assert.Equal(saved.All, new MatmulChoicesFile(FilePath, () => Kernels).Load(profile, MatmulTiling.Gpu).All);
    }

    [SkippableTheory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("""{ "version": 2, "kernels": "hash of the kernels", "choices": 3 }""")]
    [InlineData("""{ "version": 2, "kernels": "hash of the kernels", "choices": [null] }""")]
    [InlineData("""{ "version": "1", "kernels": "hash of the kernels", "choices": [] }""")]
    [InlineData("""{ "version": 1e99, "kernels": "hash of the kernels", "choices": [] }""")]
    [InlineData("""{ "version": 2, "kernels": "hash of the kernels", "choices": [{ "products": 99999999999, "depth": 8, "precision": "Float16", "pairs": false, "integer": false, "rows": 1, "form": "1x2x8x16-storage", "microseconds": 1 }] }""")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[")]
    public void Load_OfAnythingElse_IsIgnored(string text)
    {
        var profile = Profile();
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        File.WriteAllText(FilePath, text);
        var file = new MatmulChoicesFile(FilePath, () => Kernels);

        Assert.Empty(file.Load(profile, MatmulTiling.Gpu).All);
        Assert.NotNull(file.Problem);
    }

    [SkippableTheory]
    [InlineData("1x2x8x16-storage", "4096x4096x8x1-storage", 8)]
    [InlineData("1x2x8x16-storage", "1x2x7x16-storage", 8)]
    [InlineData("1x2x8x16-storage", "", 8)]
    [InlineData("1x2x8x16-storage", "1x2x8x16-storage", 7)]
    [InlineData("1x2x8x16-storage", "1x2x8x16-storage", -1)]
    public void Load_OfFormsThatAreNoCandidates_LeavesThemOut(string form, string hostile, int rows)
    {
        var profile = Profile();
        Save(profile, form);
        var text = File.ReadAllText(FilePath);
        File.WriteAllText(FilePath, text.Replace($"\"{form}\"", $"\"{hostile}\"", StringComparison.Ordinal).Replace("\"rows\": 8", $"\"rows\": {rows}", StringComparison.Ordinal));

        Assert.Empty(new MatmulChoicesFile(FilePath, () => Kernels).Load(profile, MatmulTiling.Gpu).All);
    }

    [SkippableFact]
    public void Load_OfFormsOfBothKernelsOf8BitWeights_TellsThemApart()
    {
        var profile = Profile();
        var shape = new MatmulShape(48, 96, WeightPrecision.Q8, Pairs: false);
        var saved = new MatmulChoices(
        [
            new MatmulChoice(shape, 4, new MatmulTile(4, 1, 8, 16, MatmulPath.Storage), 2), new MatmulChoice(shape with { Integer = true }, 4, new MatmulTile(4, 4, 32, 4, MatmulPath.Storage), 1),
        ]);
        Assert.True(new MatmulChoicesFile(FilePath, () => Kernels).Save(saved));

        var loaded = new MatmulChoicesFile(FilePath, () => Kernels).Load(profile, MatmulTiling.Gpu);

        Assert.Equal(saved.All, loaded.All);
        Assert.Equal(1, loaded.Find(shape, 3)!.Value.Columns);
        Assert.Equal(4, loaded.Find(shape with { Integer = true }, 3)!.Value.Columns);
    }

    [SkippableFact]
    public void For_OtherDriversAndDevices_AreOtherFiles()
    {
        fixture.RequireDevice();
        using var device = fixture.Open(VulkanFixture.Options() with { PipelineCacheDirectory = _folder });
        var profile = device.Profile;
        var path = MatmulChoicesFile.For(device).Path!;

        Assert.Equal(_folder, Path.GetDirectoryName(path));
        Assert.Contains($"{profile.DriverUuid:n}", path, StringComparison.Ordinal);
        Assert.Contains($"{profile.PipelineCacheUuid:n}", path, StringComparison.Ordinal);
        Assert.Contains($"-{profile.DriverVersion:x}-", path, StringComparison.Ordinal);
        Assert.NotEqual(path, device.Pipelines.CachePath);
        Assert.Null(MatmulChoicesFile.For(fixture.RequireDevice()).Path);
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private DeviceProfile Profile() => fixture.RequireDevice().Profile with { Kind = DeviceKind.Discrete };

    private MatmulChoices Save(DeviceProfile profile, string? form = null)
    {
        var tile = MatmulCandidates.All(profile, MatmulTiling.Gpu).First(tile => form is null ? tile.Rows == 8 : tile.ToString() == form);
        var choices = new MatmulChoices([new MatmulChoice(Shape, 8, tile, 12.5)]);
        Assert.True(new MatmulChoicesFile(FilePath, () => Kernels).Save(choices));
        return choices;
    }
}
