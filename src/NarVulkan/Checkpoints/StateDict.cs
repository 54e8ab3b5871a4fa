using NarVulkan.Checkpoints.Pickle;

namespace NarVulkan.Checkpoints;

/// <summary>The weights inside the object that a training script saved, and the model's settings next to them.</summary>
/// <param name="Entries">Name to value; some values may be no tensors.</param>
/// <param name="Prefix">What wrappers (DataParallel, torch.compile) put before every name; to be removed.</param>
/// <param name="Hyperparameters">Plain settings under <c>model.args</c> or <c>args</c>; empty if there are none.</param>
internal sealed record StateDict(
    IReadOnlyDictionary<string, object?> Entries, string Prefix, IReadOnlyDictionary<string, object?> Hyperparameters)
{
    private static readonly string[] WrapperPrefixes = ["module.", "_orig_mod.", "module._orig_mod.", "_orig_mod.module."];

    /// <summary>
    /// Looks where the trainers of NAR, PAR, LlamaGen and LARP put them: <c>model.sd</c>, <c>model</c>, <c>module</c>,
    /// <c>state_dict</c>, <c>sd</c>, or the object itself.
    /// </summary>
    /// <exception cref="ModelFileException">None of these holds a tensor.</exception>
    public static StateDict Find(object? root, string path)
    {
        if (root is not PickleDict top)
        {
            string kind = root is OpaqueObject opaque ? opaque.Kind : "something else";
            throw new ModelFileException(path, $"holds {kind}, not a state dict; save model.state_dict() instead of the model");
        }
        PickleDict? model = top.Find("model") as PickleDict;
        PickleDict?[] candidates =
        [
            model?.Find("sd") as PickleDict,
            model,
            top.Find("module") as PickleDict,
            top.Find("state_dict") as PickleDict,
            top.Find("sd") as PickleDict,
            top,
        ];
        PickleDict weights = candidates.FirstOrDefault(dict => dict is not null && dict.Entries.Values.Any(value => value is TensorReference))
            ?? throw new ModelFileException(path, "holds no tensors under model, module, state_dict or at the top; is it a checkpoint?");
        string prefix = WrapperPrefixes.LastOrDefault(
            candidate => weights.Entries.Keys.All(name => name.StartsWith(candidate, StringComparison.Ordinal)), "");
        object? settings = model?.Find("args") ?? top.Find("args");
        return new StateDict(weights.Entries, prefix, PlainValues.FromPickle(settings as PickleDict));
    }
}
