namespace NarVulkan.Checkpoints.Pickle;

/// <summary>
/// The classes and functions of Python that checkpoints of tensors, their trainers' settings and optimizer states are made with. None is ever imported or called
/// here, those neither; a pickle that calls another one was not made by saving weights, and whoever has it should know.
/// </summary>
internal static class KnownNames
{
    /// <summary>Whose other names (types, storages, classes of functions) may be referred to without a word.</summary>
    private static readonly HashSet<string> Modules = new(StringComparer.Ordinal)
    {
        "torch", "numpy", "collections", "builtins", "__builtin__", "copyreg", "copy_reg", "typing", "omegaconf", "pathlib", "datetime",
    };

    private static readonly HashSet<string> Calls = new(StringComparer.Ordinal)
    {
        "collections.OrderedDict", "collections.defaultdict", "collections.Counter", "collections.deque",
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
        "torch._tensor._rebuild_from_type_v2", "torch.serialization._get_layout",
        "numpy.ndarray", "numpy.dtype", "numpy.core.multiarray._reconstruct", "numpy.core.multiarray.scalar",
        "numpy._core.multiarray._reconstruct", "numpy._core.multiarray.scalar", "numpy.core.numeric._frombuffer", "numpy._core.numeric._frombuffer",
        "numpy.random.__RandomState_ctor", "numpy.random._pickle.__randomstate_ctor", "numpy.random._pickle.__generator_ctor", "numpy.random._pickle.__bit_generator_ctor",
    };

    /// <summary>Types whose call makes a value of plain arguments, whatever module Python's version has them in.</summary>
    private static readonly HashSet<string> BuiltInTypes = new(StringComparer.Ordinal)
    {
        "set", "frozenset", "list", "dict", "tuple", "complex", "bytearray", "bytes", "slice", "range", "xrange", "int", "float", "str", "bool", "object",
    };

    /// <summary>Whether a pickle may ask for a call of it.</summary>
    public static bool MayBeCalled(GlobalName name)
    {
        string full = name.ToString();
        return Calls.Contains(full)
            || (name.Module is "builtins" or "__builtin__" && BuiltInTypes.Contains(name.Name))
            || full.StartsWith("torch._utils._rebuild_", StringComparison.Ordinal)
            || full.StartsWith("numpy.dtypes.", StringComparison.Ordinal);
    }

    /// <summary>Whether a reference to it, without a call, is nothing to speak of.</summary>
    public static bool MayBeReferredTo(GlobalName name) => Modules.Contains(name.Module.Split('.')[0]) || MayBeCalled(name);
}
