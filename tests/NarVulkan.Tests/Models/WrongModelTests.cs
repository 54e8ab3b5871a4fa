using System.Text;
using NarVulkan.Tests.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Models;

/// <summary>Model folders whose parts are each readable but do not make a model: refused while loading, in one line.</summary>
[Collection(ModelCollection.Name)]
public sealed class WrongModelTests(ModelFixture fixture)
{
    [SkippableTheory]
    [InlineData("\"grid\": [2, 4, 4]", "\"grid\": [1, 1, 32]", "grid")]
    [InlineData("\"grid\": [2, 4, 4]", "\"grid\": [8, 2, 2]", "grid")]
    [InlineData("\"grid\": [2, 4, 4]", "\"grid\": [2, 4, 5]", "abs_pe")]
    [InlineData("\"heads\": 4", "\"heads\": 3", "heads")]
    [InlineData("\"heads\": 4", "\"heads\": 64", "heads")]
    [InlineData("\"conditionTokens\": 1", "\"conditionTokens\": 2", "abs_pe")]
    [InlineData("\"extraHeadBlocks\": 2", "\"extraHeadBlocks\": 1", "extraHeadBlocks")]
    [InlineData("nar-c2v\"", "nar-c2v-fp\"", "tok_embeddings")]
    [InlineData("nar-c2v\"", "larp-c2v\"", "this version runs")]
    public void Load_ManifestThatContradictsTheWeights_SaysWhere(string from, string to, string named)
    {
        var context = fixture.RequireContext();
        using var folder = new TemporaryFolder();
        string golden = TestPaths.Fixture("golden");
        string manifest = File.ReadAllText(Path.Combine(golden, "nar-c2v", "narvk.json"));
        Assert.Contains(from, manifest);
        manifest = manifest.Replace(from, to)
            .Replace("epoch-last.pth", Path.Combine(golden, "nar-c2v", "epoch-last.pth").Replace('\\', '/'))
            .Replace("../larp-tokenizer", Path.Combine(golden, "larp-tokenizer").Replace('\\', '/'));
        string relative = Path.GetRelativePath(folder.Path, golden).Replace('\\', '/');
        manifest = manifest.Replace(golden.Replace('\\', '/'), relative);
        File.WriteAllText(Path.Combine(folder.Path, "narvk.json"), manifest);

        var error = Assert.Throws<ModelFileException>(() => NarModel.Load(context, folder.Path));

        Assert.Contains(named, error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [SkippableTheory]
    [InlineData("output_B.weight", "norm_B.weight")]
    [InlineData("norm_B.weight", "output_B.weight")]
    public void Load_WeightsThatAreNoNumbers_NamesTheTensor(string broken, string intact)
    {
        var context = fixture.RequireContext();
        using var folder = new TemporaryFolder();
        string demo = TestPaths.Fixture("demo-model-first");
        foreach (string file in (string[])["narvk.json", "classes.txt", "generator.safetensors"])
        {
            File.Copy(Path.Combine(demo, file), Path.Combine(folder.Path, file));
        }
        Directory.CreateDirectory(Path.Combine(folder.Path, "tokenizer"));
        foreach (string file in (string[])["config.json", "larp_tokenizer.safetensors"])
        {
            File.Copy(Path.Combine(demo, "tokenizer", file), Path.Combine(folder.Path, "tokenizer", file));
        }
        string weights = Path.Combine(folder.Path, "generator.safetensors");
        var bytes = File.ReadAllBytes(weights);
        int header = (int)BitConverter.ToUInt64(bytes);
        using var json = System.Text.Json.JsonDocument.Parse(Encoding.UTF8.GetString(bytes, 8, header));
        int at = 8 + header + json.RootElement.GetProperty(broken).GetProperty("data_offsets")[0].GetInt32();
        BitConverter.TryWriteBytes(bytes.AsSpan(at), Half.NaN);
        File.WriteAllBytes(weights, bytes);

        var error = Assert.Throws<ModelFileException>(() => NarModel.Load(context, folder.Path));

        Assert.Contains(broken, error.Message);
        Assert.DoesNotContain(intact, error.Message);
    }
}
