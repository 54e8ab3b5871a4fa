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

    private static readonly HashSet<string> Calls = new(StringComparer.Ordinal)
    {
        "collections.OrderedDict", "collections.defaultdict", "collections.Counter", "collections.deque", "collections.ChainMap",
        "copyreg._reconstructor", "copy_reg._reconstructor", "_codecs.encode",
        "easydict.EasyDict", "argparse.Namespace", "types.SimpleNamespace", "ml_collections.config_dict.config_dict.ConfigDict",
        "pytorch_lightning.utilities.parsing.AttributeDict", "lightning.fabric.utilities.data.AttributeDict", "lightning_fabric.utilities.data.AttributeDict",
        "yacs.config.CfgNode", "addict.addict.Dict", "munch.Munch",
        "omegaconf.dictconfig.DictConfig", "omegaconf.listconfig.ListConfig", "omegaconf.base.ContainerMetadata", "omegaconf.base.Metadata",
        "omegaconf.nodes.AnyNode", "omegaconf.nodes.StringNode", "omegaconf.nodes.IntegerNode", "omegaconf.nodes.FloatNode", "omegaconf.nodes.BooleanNode",
        "omegaconf.nodes.PathNode", "omegaconf.nodes.BytesNode", "omegaconf.nodes.EnumNode",
        "pathlib.Path", "pathlib.PosixPath", "pathlib.WindowsPath", "pathlib.PurePath", "pathlib.PurePosixPath", "pathlib.PureWindowsPath",
        "pathlib._local.PosixPath", "pathlib._local.WindowsPath", "pathlib._local.PurePosixPath", "pathlib._local.PureWindowsPath",
        "datetime.date", "datetime.datetime", "datetime.time", "datetime.timedelta", "datetime.timezone", "decimal.Decimal", "fractions.Fraction", "uuid.UUID",
        "torch.Size", "torch.device", "torch.Generator", "torch.Tensor", "torch.nn.parameter.Parameter", "torch.nn.parameter.Buffer",
        "torch._tensor._rebuild_from_type_v2", "torch.serialization._get_layout", "torch.torch_version.TorchVersion",
        "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor_v3",
        "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state",
        "torch._utils._rebuild_sparse_tensor", "torch._utils._rebuild_sparse_csr_tensor", "torch._utils._rebuild_qtensor", "torch._utils._rebuild_nested_tensor",
        "torch._utils._rebuild_meta_tensor_no_storage", "torch._utils._rebuild_device_tensor_from_numpy", "torch._utils._rebuild_device_tensor_from_cpu_tensor",
        "numpy.ndarray", "numpy.dtype", "numpy.core.multiarray._reconstruct", "numpy.core.multiarray.scalar",
        "numpy._core.multiarray._reconstruct", "numpy._core.multiarray.scalar", "numpy.core.numeric._frombuffer", "numpy._core.numeric._frombuffer",
        "numpy.random.__RandomState_ctor", "numpy.random._pickle.__randomstate_ctor", "numpy.random._pickle.__generator_ctor", "numpy.random._pickle.__bit_generator_ctor",
    };

    private const string NumberClasses = "numpy.dtypes.";

    /// <summary>Types whose call makes a value of plain arguments, whatever module Python's version has them in.</summary>
    private static readonly HashSet<string> BuiltInTypes = new(StringComparer.Ordinal)
    {
        "set", "frozenset", "list", "dict", "tuple", "complex", "bytearray", "bytes", "slice", "range", "xrange", "int", "float", "str", "bool", "object",
    };

    /// <summary>Types of torch's and numpy's numbers, which are arguments and never called.</summary>
    private static readonly HashSet<string> NumberTypes = new(StringComparer.Ordinal)
    {
        "float16", "float32", "float64", "half", "float", "double", "bfloat16", "int8", "int16", "int32", "int64", "short", "int", "long", "uint8", "uint16", "uint32", "uint64",
        "bool", "bool_", "complex32", "complex64", "complex128", "qint8", "quint8", "qint32", "float8_e4m3fn", "float8_e5m2", "strided", "sparse_coo", "sparse_csr",
    };

    /// <summary>Whether a pickle may ask for a call of a name: classes and functions one by one, as what a prefix lets in cannot be told.</summary>
    /// <param name="full">Module and name.</param>
    public static bool MayBeCalled(string full) =>
        Calls.Contains(full)
        || (BuiltInModule(full) is { } name && BuiltInTypes.Contains(name))
        || (full.StartsWith(NumberClasses, StringComparison.Ordinal) && full.AsSpan(NumberClasses.Length).EndsWith("DType") && !full.AsSpan(NumberClasses.Length).Contains('.'));

    /// <summary>Whether it may be an argument of a call: a known name, a class, or a type of numbers; a function would be called by what is called.</summary>
    public static bool MayBePassed(GlobalName name) => name.MayBeCalled || name.IsLikeAClass || IsNumberType(name);

    /// <summary>Whether a reference to it, without a call, is nothing to speak of.</summary>
    public static bool MayBeReferredTo(GlobalName name) => name.MayBeCalled || IsNumberType(name) || (name.IsLikeAClass && Modules.Contains(name.Module.Split('.')[0]));

    private static bool IsNumberType(GlobalName name) => name.Module is "torch" or "numpy" && NumberTypes.Contains(name.Name);

    private static string? BuiltInModule(string full) =>
        full.StartsWith("builtins.", StringComparison.Ordinal) ? full["builtins.".Length..] : full.StartsWith("__builtin__.", StringComparison.Ordinal) ? full["__builtin__.".Length..] : null;
}
