using NarVulkan.Kernels;
using NarVulkan.Kernels.Tuning;
using NarVulkan.Tests.Vulkan;
using NarVulkan.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Kernels.Tuning;

[Collection(VulkanCollection.Name)]
public sealed class MatmulTunerTests(VulkanFixture fixture) : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"narvk-tuner-{Guid.NewGuid():n}");

    [SkippableFact]
    public void Tune_OnAnyDevice_TriesEveryCandidateAndTakesTheFastest()
    {
        var device = fixture.RequireDevice();
        var kernel = new MatmulKernel(device);
        using var matrix = new MatmulCase(48, 64, WeightPrecision.Float16, MatmulEpilogue.Store).Pack(device);
        var trials = new List<MatmulTrial>();

        var choices = new MatmulTuner(device, kernel).Tune([matrix], [2], MatmulChoices.None, TimeSpan.FromMinutes(5), trials.Add);

        var choice = Assert.Single(choices.All);
        Assert.Equal(MatmulCandidates.For(device.Profile, matrix.Tiling, 2, pairs: false), trials.Select(trial => trial.Tile));
        Assert.All(trials, trial => Assert.Null(trial.Problem));
        Assert.Equal(trials.MinBy(trial => trial.Microseconds).Tile, choice.Tile);
        Assert.Equal(choice.Tile, choices.Find(MatmulShape.Of(matrix), 2));
    }

    [SkippableTheory]
    [InlineData((int)MatrixLayout.GateUp)]
    [InlineData((int)MatrixLayout.Pairs)]
    public void Tune_OfMatricesWhoseColumnsArePaired_TimesTheirEpilogue(int layout)
    {
        var device = fixture.RequireDevice();
        var values = RandomData.Normal(new Random(3), 96 * 40);
        using var matrix = PackedMatrix.Create(device, "paired", new ArrayMatrix(values, 96, 40), WeightPrecision.Float32, (MatrixLayout)layout);
        var trials = new List<MatmulTrial>();

        var choices = new MatmulTuner(device, new MatmulKernel(device)).Tune([matrix], [1], MatmulChoices.None, TimeSpan.FromMinutes(5), trials.Add);

        Assert.Single(choices.All);
        Assert.All(trials, trial => Assert.Null(trial.Problem));
        Assert.Equal(new MatmulShape(96, 40, WeightPrecision.Float32, true), choices.All.First().Shape);
    }

    [SkippableFact]
    public void Tune_WithoutTime_ChoosesNothing()
    {
        var device = fixture.RequireDevice();
        using var matrix = new MatmulCase(48, 64, WeightPrecision.Float16, MatmulEpilogue.Store).Pack(device);

        Assert.Empty(new MatmulTuner(device, new MatmulKernel(device)).Tune([matrix], [1, 2], MatmulChoices.None, TimeSpan.Zero).All);
    }

    [SkippableFact]
    public void OnRequest_ThenUseSaved_ComputesWithWhatWasChosen()
    {
        fixture.RequireDevice();
        using var device = fixture.Open(VulkanFixture.Options() with { PipelineCacheDirectory = _folder });
        var kernel = new MatmulKernel(device);
        var product = new MatmulCase(48, 64, WeightPrecision.Float32, MatmulEpilogue.Store);
        using var matrix = product.Pack(device);

        Assert.Null(MatmulTuning.OnRequest(device, kernel, [matrix], [1], TimeSpan.FromMinutes(5)));

        var later = new MatmulKernel(device);
        Assert.Null(MatmulTuning.UseSaved(device, later));
        Assert.Equal(kernel.Choices.All, later.Choices.All);
        Assert.NotNull(later.Choices.Find(MatmulShape.Of(matrix), 1));
    }

    [SkippableFact]
    public void AtLoad_OnSoftwareOrWithoutAPlaceForTheResult_TimesNothing()
    {
        var device = fixture.RequireDevice();
        var kernel = new MatmulKernel(device);
        using var matrix = new MatmulCase(48, 64, WeightPrecision.Float32, MatmulEpilogue.Store).Pack(device);

        Assert.Null(MatmulTuning.AtLoad(device, kernel, [matrix]));

        Assert.Empty(kernel.Choices.All);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void LoadingAModel_WithADamagedFileOfChoices_SaysSoOnceAndComputesWithout(bool discrete)
    {
        fixture.RequireDevice();
        List<string> notices = [];
        using var context = NarContext.Create(VulkanFixture.Options() with
        {
            ShaderDirectory = null, TreatAsDiscrete = discrete, PipelineCacheDirectory = _folder, TuningBudget = TimeSpan.Zero, Notice = notices.Add,
        });
        var path = MatmulChoicesFile.For(context.Vulkan).Path!;
        Directory.CreateDirectory(_folder);
        File.WriteAllText(path, "{");

        for (var load = 0; load < 2; load++)
        {
            using var model = NarModel.Load(context, TestPaths.Fixture("golden/nar-c2v"));
        }

        Assert.Contains(path, Assert.Single(notices), StringComparison.Ordinal);
        Assert.Empty(context.Kernels.Matmul.Choices.All);
    }

    [SkippableFact]
    public void AtLoad_OnAGpu_KeepsWhatThereWasTimeFor()
    {
        fixture.RequireDevice();
        // The first bucket alone: a software driver compiles every form for a second.
        using var device = fixture.Open(VulkanFixture.Options() with { TreatAsDiscrete = true, PipelineCacheDirectory = _folder, TuningBudget = TimeSpan.FromMilliseconds(1) });
        var kernel = new MatmulKernel(device);
        using var matrix = new MatmulCase(48, 64, WeightPrecision.Float32, MatmulEpilogue.Store).Pack(device);
        var tile = MatmulCandidates.For(device.Profile, matrix.Tiling, 4, pairs: false)[^1];
        var file = MatmulChoicesFile.For(device);
        Assert.True(file.Save(new MatmulChoices([new MatmulChoice(MatmulShape.Of(matrix), 4, tile, 1)])));

        Assert.Null(MatmulTuning.AtLoad(device, kernel, [matrix]));

        Assert.Equal(tile, kernel.Choices.Find(MatmulShape.Of(matrix), 3));
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }
}
