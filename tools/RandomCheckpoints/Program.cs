using System.CommandLine;
using NarVulkan;
using NarVulkan.Benchmarks.Subjects;
using NarVulkan.Checkpoints;
using NarVulkan.RandomCheckpoints;

// A model folder whose checkpoint is as large as the published one: dotnet run -c Release --project tools/RandomCheckpoints -- nar-l-imagenet /tmp/nar-l
Argument<string> name = new("MODEL") { Description = "larp-tokenizer, vq-16, or a generator as narvk bench --list names them" };
Argument<string> folder = new("DIR") { Description = "where narvk.json and the checkpoint go" };
RootCommand command = new("Checkpoints of the published sizes with random values, as torch.save would write them.") { name, folder };
command.SetAction(arguments =>
{
    string model = arguments.GetValue(name)!, directory = Path.GetFullPath(arguments.GetValue(folder)!);
    Directory.CreateDirectory(directory);
    switch (model)
    {
        case "larp-tokenizer":
            RandomLarpTokenizer.Write(directory, withEncoder: true);
            Rewrite(directory, "larp_tokenizer.safetensors", "larp_tokenizer.pth");
            return 0;
        case "vq-16":
            RandomVqTokenizer.WriteFolder(directory);
            Rewrite(directory, "vq.safetensors", "vq.pt");
            return 0;
        case var _ when PublishedModels.Find(model) is { } published:
            WriteGenerator(published.Random, model, directory);
            return 0;
        default:
            Console.Error.WriteLine($"there is no model '{model}': it is larp-tokenizer, vq-16, or one that narvk bench --list names");
            return 2;
    }
});
return command.Parse(args).Invoke();

static void WriteGenerator(NarRandomModel random, string name, string directory)
{
    GeneratorDescription description = RandomModelLoading.Describe(random).Generator!;
    using WeightFile weights = RandomModelLoading.Weights(random, description);
    TorchCheckpoint.Write(Path.Combine(directory, "weights.pt"), weights);
    File.WriteAllText(Path.Combine(directory, ModelFolder.ManifestName), $$"""
        { "format": 1, "name": "{{name}}", "generator": { "architecture": "{{random.Architecture}}", "weights": "weights.pt", "heads": {{random.Heads}}, "grid": [{{string.Join(", ", random.Grid)}}] } }
        """);
}

// The tokenizers of the benchmarks come as safetensors; the published ones are PyTorch's.
static void Rewrite(string directory, string from, string to)
{
    string source = Path.Combine(directory, from), manifest = Path.Combine(directory, ModelFolder.ManifestName);
    using (WeightFile weights = WeightFile.Open(source))
    {
        TorchCheckpoint.Write(Path.Combine(directory, to), weights);
    }
    File.Delete(source);
    File.WriteAllText(manifest, File.ReadAllText(manifest).Replace(from, to, StringComparison.Ordinal));
}
