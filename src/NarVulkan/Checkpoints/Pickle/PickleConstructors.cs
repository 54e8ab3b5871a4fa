namespace NarVulkan.Checkpoints.Pickle;

/// <summary>
/// The allow-list: what a pickle may "construct", and which inert value stands for it. Every other class or function yields an
/// <see cref="OpaqueObject"/>, so optimizer and random-generator states are read past.
/// </summary>
internal static class PickleConstructors
{
    /// <summary>The value of <paramref name="callee"/> called with <paramref name="arguments"/>.</summary>
    public static object? Call(object? callee, object? arguments)
    {
        if (callee is OpaqueObject)
        {
            return callee;
        }
        if (callee is not GlobalName name || arguments is not PickleTuple { Items: var items })
        {
            throw new PickleFormatException("it calls something that is no function");
        }
        return (name.ToString(), items) switch
        {
            ("torch._utils._rebuild_tensor_v2", [StorageReference storage, var offset, var size, var stride, ..])
                => new TensorReference(storage, offset, size, stride),
            ("torch._utils._rebuild_parameter", [TensorReference tensor, ..]) => tensor,
            ("torch.Size", [PickleTuple sizes]) => sizes,
            ("collections.OrderedDict", []) => new PickleDict("OrderedDict"),
            ("easydict.EasyDict" or "argparse.Namespace", []) => new PickleDict(name.Name),
            _ => new OpaqueObject(name.ToString()),
        };
    }

    /// <summary>A fresh object of a class (NEWOBJ), whose contents follow.</summary>
    public static object New(object? callee) => callee switch
    {
        GlobalName { Module: "easydict", Name: "EasyDict" } or GlobalName { Module: "argparse", Name: "Namespace" }
            or GlobalName { Module: "collections", Name: "OrderedDict" } => new PickleDict(((GlobalName)callee).Name),
        GlobalName name => new OpaqueObject(name.ToString()),
        OpaqueObject => callee,
        _ => throw new PickleFormatException("it creates an object of something that is no class"),
    };

    /// <summary>Gives an object its state (BUILD).</summary>
    public static void Build(object? state, object? target)
    {
        switch (target)
        {
            case PickleDict dict:
                // OrderedDict carries PyTorch's `_metadata` this way; an EasyDict repeats its entries.
                dict.State = state as PickleDict;
                break;
            case OpaqueObject or GlobalName or TensorReference:
                break;
            default:
                throw new PickleFormatException("it gives a state to something that has none");
        }
    }

    /// <summary>The storage that a persistent id names: <c>('storage', class, key, location, elements)</c>.</summary>
    public static object Persistent(object? id)
    {
        if (id is not PickleTuple { Items: ["storage", GlobalName type, string key, _, long count] })
        {
            throw new PickleFormatException("it refers to an external object that is no PyTorch storage");
        }
        return new StorageReference(type.Module is "torch" or "torch.storage" ? type.Name : type.ToString(), key, count);
    }
}
