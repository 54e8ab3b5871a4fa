namespace NarVulkan.Checkpoints.Pickle;

/// <summary>
/// What a pickle may "construct" (<see cref="KnownNames"/>), and which inert value stands for it: an <see cref="OpaqueObject"/> where it means nothing
/// here, so that optimizer and random-generator states and a trainer's own classes are read past. Every other function is refused by its name.
/// </summary>
internal static class PickleConstructors
{
    private const string Unknown = "which is nothing that tensors and settings are made with, and may be anything";

    /// <summary>The value of <paramref name="callee"/> called with <paramref name="arguments"/>.</summary>
    public static object? Call(object? callee, object? arguments)
    {
        GlobalName name = RequireKnown(callee);
        if (arguments is not PickleTuple { Items: var items })
        {
            throw new PickleFormatException($"it calls {name} with something that is no list of arguments");
        }
        if (items.OfType<GlobalName>().FirstOrDefault(item => !KnownNames.MayBePassed(item)) is { } function)
        {
            throw Refused($"it calls {function}, {Unknown}, by way of {name}");
        }
        return (name.ToString(), items) switch
        {
            ("torch._utils._rebuild_tensor_v2", [StorageReference storage, var offset, var size, var stride, ..])
                => new TensorReference(storage, offset, size, stride),
            ("torch._utils._rebuild_tensor", [StorageReference storage, var offset, var size, var stride])
                => new TensorReference(storage, offset, size, stride),
            ("torch._utils._rebuild_parameter" or "torch._utils._rebuild_parameter_with_state", [TensorReference tensor, ..]) => tensor,
            // A tensor with attributes of its own. Not within itself: nesting may be as deep as the pickle is long.
            ("torch._tensor._rebuild_from_type_v2", [GlobalName { Name: not "_rebuild_from_type_v2", MayBeCalled: true } rebuild, GlobalName, PickleTuple inner, ..]) => Call(rebuild, inner),
            ("torch._tensor._rebuild_from_type_v2", _) => throw Refused($"it calls {name} otherwise than saving a tensor does"),
            ("torch.Size", [PickleTuple sizes]) => sizes,
            // An object of the class that is the first argument.
            ("copyreg._reconstructor" or "copy_reg._reconstructor", [var type, ..]) => New(type),
            ("collections.OrderedDict", []) => new PickleDict("OrderedDict"),
            ("easydict.EasyDict" or "argparse.Namespace", []) => new PickleDict(name.Name),
            _ => new OpaqueObject(name.ToString()),
        };
    }

    /// <summary>A fresh object of a class (NEWOBJ), whose contents follow.</summary>
    public static object New(object? callee) => RequireKnown(callee) switch
    {
        { Module: "easydict", Name: "EasyDict" } or { Module: "argparse", Name: "Namespace" } or { Module: "collections", Name: "OrderedDict" } => new PickleDict(((GlobalName)callee!).Name),
        var name => new OpaqueObject(name.ToString()),
    };

    // Classes of a trainer's own stand beside the weights in its settings and its optimizer's state.
    private static GlobalName RequireKnown(object? callee) => callee switch
    {
        GlobalName name when name.MayBeCalled || name.IsLikeAClass => name,
        GlobalName or OpaqueObject => throw Refused($"it calls {(callee is OpaqueObject made ? $"what {made.Kind} made" : callee)}, {Unknown}"),
        _ => throw new PickleFormatException("it calls something that is no function"),
    };

    private static PickleFormatException Refused(string what) =>
        new(what + "; it was not called. If you trust who made the file, load it there and save only model.state_dict()", refused: true);

    /// <summary>Gives an object its state (BUILD).</summary>
    public static void Build(object? state, object? target)
    {
        switch (target)
        {
            case PickleDict dict:
                // OrderedDict carries PyTorch's `_metadata` this way; an EasyDict repeats its entries.
                dict.State = state as PickleDict;
                break;
            case OpaqueObject or TensorReference:
                break;
            case GlobalName name:
                throw new PickleFormatException($"it gives a state to {name} itself, which would change the program that loads it; do not load it with other programs", refused: true);
            default:
                throw new PickleFormatException("it gives a state to something that has none");
        }
    }

    /// <summary>
    /// What a persistent id names: a storage, <c>('storage', class, key, location, elements)</c>, where old files add a view, <c>None</c> or
    /// <c>(key, offset, elements)</c>; or in old files the class of a whole pickled model, <c>('module', class, file, source)</c>.
    /// </summary>
    public static object Persistent(object? id) => id switch
    {
        PickleTuple { Items: ["storage", GlobalName type, string key, _, long count] } => new StorageReference(NameOf(type), key, count),
        PickleTuple { Items: ["storage", GlobalName type, string key, _, long count, null] } => new StorageReference(NameOf(type), key, count),
        PickleTuple { Items: ["storage", GlobalName type, string key, _, long count, PickleTuple { Items: [_, long offset, long elements] }] }
            => new StorageReference(NameOf(type), key, count, new StorageView(offset, elements)),
        PickleTuple { Items: ["module", GlobalName type, ..] } => type,
        _ => throw new PickleFormatException("it refers to an external object that is no PyTorch storage"),
    };

    private static string NameOf(GlobalName type) => type.Module is "torch" or "torch.storage" or "torch.cuda" ? type.Name : type.ToString();
}
