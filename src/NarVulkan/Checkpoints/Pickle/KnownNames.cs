namespace NarVulkan.Checkpoints.Pickle;

/// <summary>
/// The classes and functions of Python that checkpoints of tensors, their trainers' settings and optimizer states are made with. None is ever imported or called
/// here, those neither. A function that is not among them was not called by saving weights, and whoever has the file should know; classes of a trainer's own are read past.
/// </summary>
internal static class KnownNames
{
    /// <summary>Whose other classes may be referred to without a word.</summary>
    private static readonly HashSet<string> Modules = new(StringComparer.Ordinal)
    {
        "torch", "numpy", "collections", "builtins", "__builtin__", "copyreg", "copy_reg", "typing", "omegaconf", "pathlib", "datetime",
    };

    /// <summary>Types whose call makes a value of plain arguments, in Python 3 and in Python 2.</summary>
    private static readonly string[] BuiltInTypes =
    [
        "set", "frozenset", "list", "dict", "tuple", "complex", "bytearray", "bytes", "slice", "range", "xrange", "int", "float", "str", "bool", "object",
    ];

    /// <summary>Functions, types with names like functions', and classes of other modules that are nothing to speak of.</summary>
    private static readonly HashSet<string> Calls = new(
    [
        .. BuiltInTypes.Select(type => "builtins." + type), .. BuiltInTypes.Select(type => "__builtin__." + type),
        "collections.defaultdict", "collections.deque", "copyreg._reconstructor", "copy_reg._reconstructor", "_codecs.encode",
        "easydict.EasyDict", "argparse.Namespace", "types.SimpleNamespace", "ml_collections.config_dict.config_dict.ConfigDict",
        "pytorch_lightning.utilities.parsing.AttributeDict", "lightning.fabric.utilities.data.AttributeDict", "lightning_fabric.utilities.data.AttributeDict",
        "yacs.config.CfgNode", "addict.addict.Dict", "munch.Munch", "decimal.Decimal", "fractions.Fraction", "uuid.UUID",
        "datetime.date", "datetime.datetime", "datetime.time", "datetime.timedelta", "datetime.timezone",
        "torch.device", "torch._tensor._rebuild_from_type_v2", "torch.serialization._get_layout",
        "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor_v3",
        "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state",
        "torch._utils._rebuild_sparse_tensor", "torch._utils._rebuild_sparse_csr_tensor", "torch._utils._rebuild_qtensor", "torch._utils._rebuild_nested_tensor",
        "torch._utils._rebuild_meta_tensor_no_storage", "torch._utils._rebuild_device_tensor_from_numpy", "torch._utils._rebuild_device_tensor_from_cpu_tensor",
        "numpy.ndarray", "numpy.dtype", "numpy.core.multiarray._reconstruct", "numpy.core.multiarray.scalar",
        "numpy._core.multiarray._reconstruct", "numpy._core.multiarray.scalar", "numpy.core.numeric._frombuffer", "numpy._core.numeric._frombuffer",
        "numpy.random.__RandomState_ctor", "numpy.random._pickle.__randomstate_ctor", "numpy.random._pickle.__generator_ctor", "numpy.random._pickle.__bit_generator_ctor",
    ], StringComparer.Ordinal);

    /// <summary>Types of torch's and numpy's numbers, which are arguments and never called.</summary>
    private static readonly HashSet<string> NumberTypes = new(StringComparer.Ordinal)
    {
        "float16", "float32", "float64", "half", "float", "double", "bfloat16", "int8", "int16", "int32", "int64", "short", "int", "long", "uint8", "uint16", "uint32", "uint64",
        "bool", "bool_", "complex32", "complex64", "complex128", "qint8", "quint8", "qint32", "float8_e4m3fn", "float8_e5m2", "strided", "sparse_coo", "sparse_csr",
    };

    /// <summary>Whether a pickle may ask for a call of a name that is not like a class's. Names one by one: what a prefix lets in cannot be told.</summary>
    /// <param name="full">Module and name.</param>
    public static bool MayBeCalled(string full) => Calls.Contains(full);

    /// <summary>Whether it may be an argument of a call: a known name, a class, or a type of numbers; a function would be called by what is called.</summary>
    public static bool MayBePassed(GlobalName name) => name.MayBeCalled || name.IsLikeAClass || IsNumberType(name);

    /// <summary>Whether a reference to it, without a call, is nothing to speak of.</summary>
    public static bool MayBeReferredTo(GlobalName name) => name.MayBeCalled || IsNumberType(name) || (name.IsLikeAClass && Modules.Contains(name.Module.Split('.')[0]));

    private static bool IsNumberType(GlobalName name) => name.Module is "torch" or "numpy" && NumberTypes.Contains(name.Name);
}
