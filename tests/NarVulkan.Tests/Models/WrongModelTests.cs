using System.Text;
using System.Text.RegularExpressions;
using NarVulkan.Tests.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Models;

/// <summary>Model folders whose parts are each readable but do not make a model: refused while loading, in one line.</summary>
[Collection(ModelCollection.Name)]
public sealed class WrongModelTests(ModelFixture fixture)
{
    [SkippableTheory]
    [InlineData("nar-c2v", "\"grid\": [2, 4, 4]", "\"grid\": [1, 1, 32]", "grid")]
    [InlineData("nar-c2v", "\"grid\": [2, 4, 4]", "\"grid\": [8, 2, 2]", "grid")]
    [InlineData("nar-c2v", "\"grid\": [2, 4, 4]", "\"grid\": [2, 4, 5]", "abs_pe")]
    [InlineData("nar-c2v", "\"grid\": [2, 4, 4]", "\"grid\": [4, 8]", "a video model needs [frames, rows, columns]")]
    [InlineData("nar-c2v", "\"heads\": 4", "\"heads\": 3", "heads")]
    [InlineData("nar-c2v", "\"heads\": 4", "\"heads\": 64", "heads")]
    [InlineData("nar-c2v", "\"conditionTokens\": 1", "\"conditionTokens\": 2", "conditionTokens")]
    [InlineData("nar-c2v", "\"extraHeadBlocks\": 2", "\"extraHeadBlocks\": 1", "extraHeadBlocks")]
    [InlineData("nar-c2v", "nar-c2v\"", "nar-c2v-fp\"", "holds a nar-c2v generator")]
    [InlineData("nar-c2v", "nar-c2v\"", "nar-c2i\"", "an image model needs")]
    [InlineData("nar-c2v-fp", "\"conditionTokens\": 33", "\"conditionTokens\": 32", "abs_pe")]
    [InlineData("nar-c2i", "\"extraHeadBlocks\": 1", "\"extraHeadBlocks\": 4", "a trunk of at least one block must be left")]
    [InlineData("nar-c2i", "\"extraHeadBlocks\": 1", "\"extraHeadBlocks\": -1", "extraHeadBlocks")]
    [InlineData("nar-c2i", "\"grid\": [8, 8]", "\"grid\": [1, 8, 8]", "an image model needs [rows, columns]")]
    [InlineData("nar-c2i", "nar-c2i\",", "nar-t2i\",", "holds a nar-c2i generator")]
    [InlineData("nar-c2i", "nar-c2i\",", "par-c2i\",", "holds a nar-c2i generator")]
    [InlineData("nar-c2i", "nar-c2i\",", "llamagen-c2i\",", "holds a nar-c2i generator")]
    [InlineData("par-c2i", "par-c2i\",", "llamagen-c2i\",", "holds a par-c2i generator")]
    [InlineData("nar-t2i-short", "\"conditionTokens\": 6", "\"conditionTokens\": 7", "uncond_embedding has 6 rows")]
    [InlineData("nar-t2i-short", "nar-t2i\"", "nar-c2i\"", "holds a nar-t2i generator")]
    [InlineData("par-c2i", "\"parallelTokens\": 4", "\"parallelTokens\": 16", "the file has 3 special tokens, which makes 4")]
    [InlineData("par-c2i", "\"grid\": [8, 8]", "\"grid\": [8, 9]", "cannot be cut into 2x2 equal regions")]
    [InlineData("llamagen-c2i", "llamagen-c2i\",", "par-c2i\",", "holds a llamagen-c2i generator")]
    [InlineData("larp-c2v", "\"grid\": [2, 4, 4]", "\"grid\": [2, 4, 5]", "abs_pe")]
    public void Load_ManifestThatContradictsTheWeights_SaysWhere(string model, string from, string to, string named)
    {
        var context = fixture.RequireContext();
        using var folder = new TemporaryFolder();
        string golden = TestPaths.Fixture("golden");
        string manifest = File.ReadAllText(Path.Combine(golden, model, "narvk.json"));
        Assert.Contains(from, manifest);
        manifest = manifest.Replace(from, to);
        string relative = Path.GetRelativePath(folder.Path, golden).Replace('\\', '/');
        manifest = Regex.Replace(manifest.Replace("\"../", $"\"{relative}/"), "\"weights\": \"(?!\\.\\.)", $"\"weights\": \"{relative}/{model}/");
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

    [SkippableFact]
    public void Load_TextFeaturesBeyondReason_AreRefused()
    {
        var context = fixture.RequireContext();
        using var folder = new TemporaryFolder();
        folder.Write("g.safetensors", SafetensorsFile.OfShapes(
        [
            ("output.weight", [8, 64]), ("layers.0.feed_forward.w1.weight", [64, 64]), ("layers.0.attention.wqkv.weight", [192, 64]),
            ("cls_embedding.uncond_embedding", [2100, 8192]),
        ]));
        folder.Write("narvk.json", """{"generator":{"architecture":"llamagen-t2i","weights":"g.safetensors","heads":2,"grid":[4,4]}}"""u8.ToArray());

        var error = Assert.Throws<ModelFileException>(() => NarModel.Load(context, folder.Path));

        Assert.Contains("2100 rows of 8192, which no text condition has", error.Message);
    }
}
