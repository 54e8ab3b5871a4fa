using System.Text.Json;
using Xunit;

namespace NarVulkan.Tests.Models;

/// <summary>
/// Sixteen parallel tokens with guidance that comes back, two extra blocks and none, a grid that is not square: what the golden
/// cases of <see cref="GeneratorGoldenTests"/> do not reach.
/// </summary>
[Collection(ModelCollection.Name)]
public sealed class GeneratorMoreGoldenTests(ModelFixture fixture)
{
    // As there.
    private const double LogitTolerance = 1e-3;

    public static TheoryData<string, string> Runs
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (string name in new[] { "par-c2i-16", "nar-c2i-2-extra", "nar-c2i-0-extra", "nar-c2i-3x5" })
            {
                foreach (string run in new[] { "cfg1.0", "cfg2.0", "cfg2.0_interval" })
                {
                    data.Add(name, run);
                }
            }
            return data;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Runs))]
    public void Generate_Run_GivesItsTokensAndLogits(string name, string run)
    {
        using var description = JsonDocument.Parse(File.ReadAllText(TestPaths.Fixture($"golden-more/{name}/case.json")));
        var settings = description.RootElement.GetProperty("runs").GetProperty(run);
        var request = new NarGenerationRequest
        {
            Classes = [.. description.RootElement.GetProperty("classes").EnumerateArray().Select(label => label.GetInt32())],
            Sampling = new NarSampling
            {
                Greedy = true,
                GuidanceScale = settings.GetProperty("cfg").GetSingle(),
                GuidanceInterval = settings.GetProperty("cfgInterval").GetInt32(),
            },
            KeepLogits = true,
            DecodeFrames = false,
        };

        var result = fixture.Model($"golden-more/{name}").Generate(request);

        Assert.Equal(Golden.Ints($"golden-more/{name}/{run}__tokens.npy"), result.Tokens);
        Golden.AssertClose(Golden.Floats($"golden-more/{name}/{run}__logits.npy"), result.Logits, LogitTolerance);
    }
}
