using NarVulkan.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Checkpoints;

public sealed class HostilePickleTests
{
    [Fact]
    public void Open_CallOfOsSystem_IsRefusedByName()
    {
        using TemporaryFolder folder = new();
        string proof = folder.File("proof");
        byte[] pickle = new PickleWriter().Op('}')
            .Text("x").Global("os", "system").Text($"touch {proof}").Raw(0x85).Op('R').Op('s')
            .Text("w").Tensor("0", 1, [1], [1]).Op('s').ToArray();

        HostileFile.IsRefused(TorchFile.Create(pickle, [1f]), "it asks for os.system, which no checkpoint needs");
        Assert.False(File.Exists(proof));
    }

    [Theory]
    [InlineData("os", "system")]
    [InlineData("posix", "popen")]
    [InlineData("subprocess", "Popen")]
    [InlineData("builtins", "eval")]
    [InlineData("__builtin__", "exec")]
    [InlineData("importlib.machinery", "SourceFileLoader")]
    [InlineData("runpy", "_run_code")]
    [InlineData("torch", "load")]
    [InlineData("distutils.spawn", "spawn")]
    [InlineData("asyncio", "create_subprocess_shell")]
    [InlineData("multiprocessing.util", "spawnv_passfds")]
    [InlineData("_winapi", "CreateProcess")]
    [InlineData("platform", "_syscmd_ver")]
    [InlineData("torch.utils.cpp_extension", "load_inline")]
    [InlineData("builtins", "getattr")]
    public void Open_NameThatRunsPrograms_IsRefusedWithoutACall(string module, string name)
    {
        string problem = $"it asks for {module}.{name}";
        HostileFile.IsRefused(TorchFile.Create(new PickleWriter().Op('}').Text("x").Global(module, name).Op('s').ToArray()), problem);
        HostileFile.IsRefused(TorchFile.Create(new PickleWriter().Op('}').Text("x").Text(module).Text(name).Raw(0x93).Op('s').ToArray()), problem);
    }

    [Theory]
    [InlineData("os", "system", "it asks for os.system, which no checkpoint needs")]
    [InlineData("some.launcher", "spawn", "it calls some.launcher.spawn, which is nothing that tensors and settings are made with")]
    [InlineData("trainer", "resume", "it calls trainer.resume, which is nothing that tensors and settings are made with")]
    public void Open_CallOfAForeignName_IsRefusedByNameWhateverTheInstruction(string module, string name, string problem)
    {
        PickleWriter[] calls =
        [
            Begin().Global(module, name).Text("touch").Raw(0x85).Op('R'),
            Begin().Text(module).Text(name).Raw(0x93).Text("touch").Raw(0x85).Op('R'),
            Begin().Op('(').Text("touch").Op('i').Raw(System.Text.Encoding.UTF8.GetBytes($"{module}\n{name}\n")),
            Begin().Op('(').Global(module, name).Text("touch").Op('o'),
            Begin().Global(module, name).Text("touch").Raw(0x85).Raw(0x81),
            Begin().Global(module, name).Text("touch").Raw(0x85).Op('}').Raw(0x92),
            Begin().Global("copyreg", "_reconstructor").Op('(').Global(module, name).Global("builtins", "object").Op('N').Op('t').Op('R'),
            Begin().Global("torch._tensor", "_rebuild_from_type_v2").Op('(').Global(module, name).Op('N').Op(')').Op('N').Op('t').Op('R'),
        ];

        Assert.All(calls, call => HostileFile.IsRefused(TorchFile.Create(call.Op('s').ToArray(), [1f]), problem));

        static PickleWriter Begin() => new PickleWriter().Op('}').Text("w").Tensor("0", 1, [1], [1]).Op('s').Text("x");
    }

    // Each ran a command in PyTorch's own reader, by calls of what saving uses.
    public static TheoryData<string, byte[], string> CallsInDisguise => new()
    {
        { "an attribute's attribute", Beside().Global("torch._utils", "_rebuild_tensor.__builtins__.update").Op('}').Raw(0x85).Op('R').Op('s').ToArray(), "it asks for torch._utils._rebuild_tensor.__builtins__.update" },
        { "what a module imported", Beside().Global("torch", "os.system").Op('s').ToArray(), "it asks for torch.os.system" },
        { "a module of a module", Beside().Global("collections", "_sys.modules").Op('s').ToArray(), "it asks for collections._sys.modules" },
        { "a list of arguments", Beside().Global("torch._tensor", "_rebuild_from_type_v2").Op('(').Global("torch.utils.collect_env", "run").Global("torch", "Tensor").Op(']').Text("touch").Op('a').Op('}').Op('t').Op('R').Op('s').ToArray(), "it calls torch.utils.collect_env.run" },
        { "a known function's list of arguments", Beside().Global("torch._tensor", "_rebuild_from_type_v2").Op('(').Global("torch._utils", "_rebuild_tensor").Global("torch", "Tensor").Op(']').Op('}').Op('t').Op('R').Op('s').ToArray(), "otherwise than saving a tensor does" },
        {
            "nested",
            Beside().Global("torch._tensor", "_rebuild_from_type_v2").Op('(').Global("torch._tensor", "_rebuild_from_type_v2").Global("torch", "Tensor")
                .Op('(').Global("torch.utils.collect_env", "run").Global("torch", "Tensor").Text("touch").Raw(0x85).Op('}').Op('t').Op('}').Op('t').Op('R').Op('s').ToArray(),
            "otherwise than saving a tensor does"
        },
        { "a maker of generators", Beside().Global("numpy.random._pickle", "__generator_ctor").Text("touch").Global("torch.utils.collect_env", "run").Raw(0x86).Op('R').Op('s').ToArray(), "it calls torch.utils.collect_env.run" },
        { "a default", Beside().Global("collections", "defaultdict").Global("torch.utils.collect_env", "run").Raw(0x85).Op('R').Op('s').ToArray(), "it calls torch.utils.collect_env.run" },
    };

    [Theory]
    [MemberData(nameof(CallsInDisguise))]
    public void Open_CallInDisguise_IsRefusedByName(string what, byte[] pickle, string problem)
    {
        Assert.NotEmpty(what);
        HostileFile.IsRefused(TorchFile.Create(pickle, [1f]), problem);
    }

    [Fact]
    public void Open_OneLongNameCalledAgainAndAgain_TakesMemoryByTheFilesLength()
    {
        using TemporaryFolder folder = new();
        byte[] calls = new byte[1_000_000];
        for (int i = 0; i < calls.Length; i += 5)
        {
            // The class, no arguments, an object of it, and away with it.
            "h\0)\u0081".Select(letter => (byte)letter).ToArray().CopyTo(calls, i);
            calls[i + 4] = (byte)'0';
        }
        byte[] pickle = new PickleWriter().Global("trainer", "S" + new string('a', 240)).Raw((byte)'q', 0).Op('0').Raw(calls)
            .Op('}').Text("w").Tensor("0", 1, [1], [1]).Op('s').ToArray();
        string path = folder.Write("a.pt", TorchFile.Create(pickle, [1f]));
        long before = GC.GetAllocatedBytesForCurrentThread();

        WeightFile.Open(path).Dispose();

        // An object of 24 bytes for each five of the pickle, which is itself on the heap for a moment; the name joined for every call would be 100 for each byte.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 30L * pickle.Length);
    }

    private static PickleWriter Beside() => new PickleWriter().Op('}').Text("w").Tensor("0", 1, [1], [1]).Op('s').Text("x");

    [Fact]
    public void Open_StateOfAFunction_IsRefusedByName()
        => HostileFile.IsRefused(
            TorchFile.Create(new PickleWriter().Op('}').Text("x").Global("trainer", "resume").Op('}').Op('b').Op('s').ToArray()), "it gives a state to trainer.resume itself");

    [Fact]
    public void Open_CallOfWhatACallMade_IsRefused()
        => HostileFile.IsRefused(
            TorchFile.Create(new PickleWriter().Op('}').Text("x").Global("numpy", "dtype").Op(')').Op('R').Op(')').Op('R').Op('s').ToArray()), "it calls what numpy.dtype made");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Open_ForeignNameWithoutACall_IsInertAndTold(bool legacy)
    {
        using TemporaryFolder folder = new();
        byte[] pickle = new PickleWriter().Op('}')
            .Text("x").Global("some.launcher", "spawn").Op('s').Text("y").Global("torch", "float32").Op('s').Text("z").Global("some.launcher", "spawn").Op('s')
            .Text("w").Tensor("0", 1, [1], [1]).Op('s').ToArray();

        using WeightFile file = WeightFile.Open(folder.Write("a.pt", legacy ? new LegacyTorchWriter().Add("0", [1f]).ToArray(pickle) : TorchFile.Create(pickle, [1f])));

        Assert.Equal(["w"], file.Tensors.Keys);
        Assert.Equal(["some.launcher.spawn"], file.ForeignNames);
        ModelFileException refusal = Assert.Throws<ModelFileException>(() => file.Require("x", 1));
        HostileFile.IsOneLine(refusal, file.Path, "but a tensor [1] is needed");
    }

    [Fact]
    public void Open_ForeignNamesWithoutEnd_AreToldInPart()
    {
        using TemporaryFolder folder = new();
        PickleWriter pickle = new PickleWriter().Op('}').Text("w").Tensor("0", 1, [1], [1]).Op('s');
        for (int i = 0; i < 1000; i++)
        {
            pickle.Text($"x{i}").Global("m", $"name{i}").Op('s');
        }

        using WeightFile file = WeightFile.Open(folder.Write("a.pt", TorchFile.Create(pickle.ToArray(), [1f])));

        Assert.Equal(20, file.ForeignNames.Count);
    }

    public static TheoryData<string, byte[], string> Cycles => new()
    {
        { "a dictionary", new PickleWriter().Op('}').Raw((byte)'q', 0).Text("w").Tensor("0", 1, [1], [1]).Op('s').Text("model").Raw((byte)'h', 0).Op('s').ToArray(), "what lies at model holds itself" },
        { "its state", new PickleWriter().Op('}').Raw((byte)'q', 0).Text("w").Tensor("0", 1, [1], [1]).Op('s').Raw((byte)'h', 0).Op('b').ToArray(), "what lies at its state holds itself" },
        { "a list", new PickleWriter().Op('}').Text("args").Op('}').Text("x").Op(']').Raw((byte)'q', 1, (byte)'h', 1).Op('a').Op('s').Op('s').ToArray(), "what lies at args.x.[0] holds itself" },
        { "a tuple in a list", new PickleWriter().Op('}').Text("x").Op(']').Raw((byte)'q', 1, (byte)'h', 1, 0x85).Op('a').Op('s').ToArray(), "what lies at x.[0].[0] holds itself" },
        { "a tensor's size", new PickleWriter().Op(']').Raw((byte)'q', 1).Global("torch._utils", "_rebuild_tensor_v2").Op('(').Storage("0", 1).Int(0).Raw((byte)'h', 1).Op(')').Op('t').Op('R').Op('a').ToArray(), "what lies at [0].size holds itself" },
        { "a long name", new PickleWriter().Op('}').Raw((byte)'q', 0).Text("\u202E" + new string('n', 100_000)).Raw((byte)'h', 0).Op('s').ToArray(), "what lies at ?nnn" },
    };

    [Theory]
    [MemberData(nameof(Cycles))]
    public void Open_WhatHoldsItself_IsRefusedWithItsPlace(string what, byte[] pickle, string problem)
    {
        Assert.NotEmpty(what);
        HostileFile.IsRefused(TorchFile.Create(pickle, [1f]), problem);
    }

    [Fact]
    public void Open_WhatIsSharedWithoutACycle_IsRead()
    {
        using TemporaryFolder folder = new();
        byte[] pickle = new PickleWriter().Op('}').Text("w").Tensor("0", 1, [1], [1]).Op('s')
            .Text("args").Op('}').Text("a").Op(']').Raw((byte)'q', 1).Int(7).Op('a').Op('s').Text("b").Raw((byte)'h', 1).Op('s').Op('s').ToArray();

        using WeightFile file = WeightFile.Open(folder.Write("a.pt", TorchFile.Create(pickle, [2f])));

        Assert.Equal(file.Hyperparameters["a"], file.Hyperparameters["b"]);
    }

    [Theory]
    [InlineData(')', 0x85, 1_000_000)]
    [InlineData(')', 0x85, 200)]
    [InlineData(']', (byte)'a', 1_000_000)]
    public void Open_NestingWithoutEnd_IsRefusedWithItsPlace(char innermost, byte wrap, int levels)
        => HostileFile.IsRefused(Nested(innermost, wrap, levels), "what lies at args.x.[0].[0]... nests deeper than 128 levels");

    [Theory]
    [InlineData(')', 0x85)]
    [InlineData(']', (byte)'a')]
    public void Open_NestingOfManyLevels_IsRead(char innermost, byte wrap)
    {
        using TemporaryFolder folder = new();

        using WeightFile file = WeightFile.Open(folder.Write("a.pt", Nested(innermost, wrap, 120)));

        Assert.Empty(file.Hyperparameters);
    }

    // Each part is nested little by itself and refers to the one before it, which has been walked through by then.
    [Theory]
    [InlineData(2, 100, true)]
    [InlineData(1000, 100, true)]
    [InlineData(3, 40, false)]
    public void Open_NestingThroughWhatWasReadBefore_CountsAllOfItsLevels(int parts, int levels, bool refused)
    {
        using TemporaryFolder folder = new();
        byte[] wraps = new byte[levels];
        Array.Fill(wraps, (byte)0x85);
        PickleWriter pickle = new PickleWriter().Op('}').Text("w").Tensor("0", 1, [1], [1]).Op('s').Text("args").Op('}');
        for (int part = 0; part < parts; part++)
        {
            pickle.Text($"x{part}");
            // BINGET of the part before it, BINPUT of this one: both of place 1.
            _ = part == 0 ? pickle.Op(')') : pickle.Raw((byte)'h', 1);
            pickle.Raw(wraps).Raw((byte)'q', 1).Op('s');
        }
        byte[] file = TorchFile.Create(pickle.Op('s').ToArray(), [2f]);

        if (refused)
        {
            HostileFile.IsRefused(file, "what lies at args.x1.[0].[0]... nests deeper than 128 levels");
        }
        else
        {
            WeightFile.Open(folder.Write("a.pt", file)).Dispose();
        }
    }

    private static byte[] Nested(char innermost, byte wrap, int levels)
    {
        PickleWriter pickle = new PickleWriter().Op('}').Text("w").Tensor("0", 1, [1], [1]).Op('s').Text("args").Op('}').Text("x");
        byte[] nesting = new byte[levels];
        Array.Fill(nesting, wrap == 0x85 ? wrap : (byte)innermost);
        pickle.Op(innermost).Raw(nesting);
        if (wrap != 0x85)
        {
            Array.Fill(nesting, wrap);
            pickle.Raw(nesting);
        }
        return TorchFile.Create(pickle.Op('s').Op('s').ToArray(), [2f]);
    }

    [Fact]
    public void Open_OptimizerAndRandomState_AreReadPast()
    {
        using TemporaryFolder folder = new();
        // As trainers save them: numpy arrays by _reconstruct and BUILD, sets, huge integers, integer keys, a class of their own.
        byte[] pickle = new PickleWriter().Op('}').Op('(')
            .Text("model").Op('}').Text("w").Tensor("0", 1, [1], [1]).Op('s')
            .Text("optimizer").Op('}').Int(0).Op('}').Text("exp_avg").Tensor("missing", 9, [9], [1]).Op('s').Op('s')
            .Text("rng").Global("numpy.core.multiarray", "_reconstruct").Global("numpy", "ndarray").Ints(0).Text("b").Raw(0x87).Op('R')
                .Op('(').Int(1).Ints(624).Global("numpy", "dtype").Text("u4").Raw(0x89, 0x88, 0x87).Op('R').Raw(0x89).Raw((byte)'C', 2, 0xFF, 0xFE).Op('t').Op('b')
            .Text("big").Raw(0x8a, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9)
            .Text("counter").Global("collections", "Counter").Op('}').Raw(0x85).Op('R')
            .Text("state").Global("trainer", "State").Op(')').Raw(0x81).Op('}').Text("step").Int(7).Op('s').Op('b')
            .Text("set").Raw(0x8f).Op('(').Int(1).Int(2).Raw(0x90)
            .Op('u').ToArray();

        using WeightFile file = WeightFile.Open(folder.Write("a.pt", TorchFile.Create(pickle, [3f])));

        Assert.Equal([3f], file.Require("w", 1).ToFloats());
    }

    [Theory]
    [InlineData("argparse", "Namespace")]
    [InlineData("easydict", "EasyDict")]
    public void Hyperparameters_AttributesOnlyObject_AreReadAsData(string module, string type)
    {
        using TemporaryFolder folder = new();
        byte[] pickle = new PickleWriter().Op('}')
            .Text("model").Op('}').Text("w").Tensor("0", 1, [1], [1]).Op('s').Op('s')
            .Text("args").Global(module, type).Op(')').Raw(0x81)
                .Op('}').Op('(').Text("dim").Int(64).Text("cfg").Raw((byte)'G', 0x40, 4, 0, 0, 0, 0, 0, 0).Text("f").Global("trainer", "resume").Op('u').Op('b')
            .Op('s').ToArray();

        using WeightFile file = WeightFile.Open(folder.Write("a.pt", TorchFile.Create(pickle, [1f])));

        Assert.Equal(new Dictionary<string, object?> { ["dim"] = 64L, ["cfg"] = 2.5 }, file.Hyperparameters);
    }

    [Fact]
    public void Hyperparameters_BillionLaughs_IsBounded()
    {
        using TemporaryFolder folder = new();
        PickleWriter pickle = new PickleWriter().Op('}')
            .Text("model").Op('}').Text("w").Tensor("0", 1, [1], [1]).Op('s').Op('s')
            .Text("args").Op('}').Text("x").Op(')');
        for (int i = 0; i < 60; i++)
        {
            // Each tuple holds the previous one twice.
            pickle.Op('2').Raw(0x86);
        }

        using WeightFile file = WeightFile.Open(folder.Write("a.pt", TorchFile.Create(pickle.Op('s').Op('s').ToArray(), [1f])));

        Assert.Empty(file.Hyperparameters);
    }

    public static TheoryData<string, byte[], string> DamagedPickles => new()
    {
        { "cut in an instruction", Bytes('X', 100, 0, 0, 0), "ends in the middle of an instruction" },
        { "no stop", Bytes('}'), "ends in the middle of an instruction" },
        { "negative length", Bytes(0x8b, 0xFF, 0xFF, 0xFF, 0xFF), "ends in the middle of an instruction" },
        { "huge length", Bytes(0x8d, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F), "ends in the middle of an instruction" },
        { "name without end", Bytes('c', 'o', 's'), "ends in the middle of a name" },
        { "empty stack", Bytes('R', '.'), "more from the stack than there is" },
        { "stop on nothing", Bytes('.'), "disordered stack" },
        { "stop with two values", Bytes('N', 'N', '.'), "disordered stack" },
        { "stop with an open mark", Bytes('(', 'N', '.'), "disordered stack" },
        { "no mark", Bytes('t', '.'), "more from the stack than there is" },
        { "below the mark", Bytes('N', '(', '2', '.'), "more from the stack than there is" },
        { "unset memo", Bytes('h', 9, '.'), "recalls memo 9" },
        { "odd items", Bytes('}', '(', 'N', 'u', '.'), "a key without a value" },
        { "items of a number", Bytes('K', 1, 'N', 'N', 's', '.'), "no dictionary" },
        { "append to a number", Bytes('K', 1, 'N', 'a', '.'), "no list" },
        { "call of a number", Bytes('K', 1, ')', 'R', '.'), "calls something that is no function" },
        { "object of a number", Bytes('K', 1, ')', 0x81, '.'), "calls something that is no function" },
        { "state of a number", Bytes('K', 1, 'N', 'b', '.'), "state to something that has none" },
        { "name that is no string", Bytes('K', 1, 'K', 1, 0x93, '.'), "class name in it is not a short string" },
        { "foreign persistent id", Bytes('K', 1, 'Q', '.'), "no PyTorch storage" },
        { "old protocol", Bytes(0x80, 1, '}', '.'), "protocol 1" },
        { "future protocol", Bytes(0x80, 6, '}', '.'), "protocol 6" },
        { "text instruction", Bytes('I', '1', '\n', '.'), "instruction 0x49 at byte 2" },
        { "extension registry", Bytes(0x82, 1, '.'), "instruction 0x82" },
        { "out-of-band buffer", Bytes(0x97, '.'), "instruction 0x97" },
        { "not UTF-8", Bytes('X', 1, 0, 0, 0, 0xFF, '.'), "not UTF-8" },
        { "key twice", Bytes('}', 'X', 1, 0, 0, 0, 'a', 'N', 's', 'X', 1, 0, 0, 0, 'a', 'N', 's', '.'), "key 'a' is set twice" },
    };

    [Theory]
    [MemberData(nameof(DamagedPickles))]
    public void Open_DamagedPickle_IsRefusedInOneLine(string what, byte[] code, string problem)
    {
        Assert.NotEmpty(what);
        HostileFile.IsRefused(TorchFile.Create([0x80, 2, .. code]), problem);
    }

    [Fact]
    public void Open_ClassNameOfMegabytes_IsRefused()
        => HostileFile.IsRefused(TorchFile.Create(new PickleWriter().Global("m", new string('x', 1 << 20)).ToArray()), "not a short string");

    [Fact]
    public void Open_PickledModelInsteadOfStateDict_IsRefused()
        => HostileFile.IsRefused(
            TorchFile.Create(new PickleWriter().Global("models", "Transformer").Op(')').Raw(0x81).Op('}').Op('b').ToArray()),
            "holds models.Transformer, not a state dict");

    [Fact]
    public void Open_NoTensors_IsRefused()
        => HostileFile.IsRefused(TorchFile.Create(new PickleWriter().Op('}').Text("epoch").Int(3).Op('s').ToArray()), "holds no tensors");

    [Fact]
    public void Open_PickleLongerThanAnyCheckpointNeeds_IsRefused()
        => HostileFile.IsRefused(TorchFile.Create(new byte[(8 << 20) + 1]), "at most 8388608 are supported");

    private static byte[] Bytes(params int[] values) => Array.ConvertAll(values, value => (byte)value);
}
