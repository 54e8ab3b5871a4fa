namespace NarVulkan.Checkpoints.Pickle;

/// <summary>
/// Names whose only use in a pickle is to run something on the machine of whoever loads it. The list cannot be complete, and nothing
/// depends on it: names that are not on it are never called either.
/// </summary>
internal static class HarmfulNames
{
    private static readonly HashSet<string> Modules = new(StringComparer.Ordinal)
    {
        "os", "posix", "nt", "subprocess", "_posixsubprocess", "commands", "popen2", "pty", "shutil", "socket", "_socket", "ctypes", "_ctypes",
        "importlib", "runpy", "code", "codeop", "pdb", "bdb", "timeit", "webbrowser", "sys", "imp", "marshal", "pickle", "_pickle", "cPickle",
        "pip", "urllib", "urllib2", "requests", "httplib", "http", "ftplib", "smtplib", "telnetlib", "cProfile", "profile", "zipimport", "idlelib",
        "asyncio", "multiprocessing", "_winapi", "ensurepip",
    };

    private static readonly HashSet<string> BuiltIns = new(StringComparer.Ordinal)
    {
        "eval", "exec", "execfile", "compile", "open", "file", "input", "raw_input", "__import__", "breakpoint", "globals", "locals", "vars",
        "getattr", "delattr", "setattr", "apply", "reload", "exit", "quit",
    };

    private static readonly HashSet<string> Others = new(StringComparer.Ordinal)
    {
        "io.open", "_io.open", "_io.FileIO", "io.FileIO", "operator.attrgetter", "operator.methodcaller", "_operator.attrgetter", "_operator.methodcaller",
        "types.CodeType", "types.FunctionType", "torch.load", "torch.serialization.load", "torch.hub.load", "numpy.testing._private.utils.runstring",
        "torch.utils.cpp_extension.load", "torch.utils.cpp_extension.load_inline", "distutils.spawn.spawn", "platform._syscmd_ver", "platform.popen",
    };

    public static bool Contains(GlobalName name)
    {
        string topModule = name.Module.Split('.')[0];
        return Modules.Contains(topModule)
            || (name.Module is "builtins" or "__builtin__" && BuiltIns.Contains(name.Name))
            || Others.Contains(name.ToString())
            // What a module has imported is an attribute of it: torch's "os.system", "_sys.modules", "f.__globals__".
            || (name.Name.Contains('.') && name.Name.Split('.').Any(part => part.StartsWith('_') || Modules.Contains(part)))
            || (name.Module.Contains('.') && name.Module.Split('.').Any(part => part.StartsWith("__", StringComparison.Ordinal)))
            || Modules.Contains(name.Name.TrimStart('_'));
    }
}
