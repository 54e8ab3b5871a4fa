using NarVulkan.Generation;
using NarVulkan.Vulkan;
using Silk.NET.Vulkan;
using Xunit;

namespace NarVulkan.Tests.Embedding;

/// <summary>What a host hands over wrongly ends in an exception that says what, before Vulkan sees it.</summary>
[Collection(EmbeddingCollection.Name)]
public sealed class ArgumentTests(EmbeddingFixture fixture)
{
    private static readonly NarGenerationRequest Request = new() { Classes = [1], Sampling = new NarSampling(), DecodeFrames = false };

    public static TheoryData<string> Handles => ["instance", "physicalDevice", "device", "queue"];

    [SkippableTheory]
    [MemberData(nameof(Handles))]
    public void Create_WithANullHandle_NamesIt(string missing)
    {
        var host = fixture.Host;

        var refused = Assert.Throws<ArgumentException>(() => NarContext.Create(
            host.Vk, missing == "instance" ? default : host.Instance, missing == "physicalDevice" ? default : host.Physical, missing == "device" ? default : host.Handle,
            missing == "queue" ? default : host.Queue, host.Family, host.QueueLock));

        Assert.Equal(missing, refused.ParamName);
    }

    [SkippableFact]
    public void Create_WithALockThatMonitorDoesNotLock_IsRefused()
    {
        var host = fixture.Host;

#pragma warning disable CS9216 // What the compiler warns of where it sees it is what is refused where it does not.
        object modern = new Lock();
#pragma warning restore CS9216
        Assert.Contains("Lock", Refused(modern), StringComparison.Ordinal);
        Assert.Contains("Int32", Refused(5), StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => NarContext.Create(host.Vk, host.Instance, host.Physical, host.Handle, host.Queue, host.Family, null!));

        string Refused(object queueLock)
        {
            var refused = Assert.Throws<ArgumentException>(() => NarContext.Create(host.Vk, host.Instance, host.Physical, host.Handle, host.Queue, host.Family, queueLock));
            Assert.Equal("queueLock", refused.ParamName);
            return refused.Message;
        }
    }

    [SkippableFact]
    public void QueryRequirements_OrSelectDevice_OfNothing_SaysSo()
    {
        var host = fixture.Host;

        Assert.Equal("instance", Assert.Throws<ArgumentException>(() => NarContext.QueryRequirements(host.Vk, default, host.Physical)).ParamName);
        Assert.Equal("physicalDevice", Assert.Throws<ArgumentException>(() => NarContext.QueryRequirements(host.Vk, host.Instance, default)).ParamName);
        Assert.Equal("instance", Assert.Throws<ArgumentException>(() => NarContext.SelectDevice(host.Vk, default)).ParamName);
        Assert.Throws<ArgumentNullException>(() => NarContext.SelectDevice(host.Vk, host.Instance, null!));
    }

    [Fact]
    public void UseQueueFamily_WithoutCompute_OrNone_IsRefused()
    {
        var facts = PhysicalDeviceFacts.WithFamilies([new QueueFamilyProperties { QueueFlags = QueueFlags.TransferBit }, new QueueFamilyProperties { QueueFlags = QueueFlags.ComputeBit }]);

        Assert.Contains("does not compute", Assert.Throws<DeviceException>(() => facts.UseQueueFamily(0)).Message, StringComparison.Ordinal);
        Assert.Contains("does not exist", Assert.Throws<DeviceException>(() => facts.UseQueueFamily(2)).Message, StringComparison.Ordinal);
        facts.UseQueueFamily(1);
        Assert.Equal((1u, 2u), (facts.QueueFamily, facts.QueueFamilyCount));
    }

    [SkippableFact]
    public void Requests_ThatLackSomethingOrNameWhatThereIsNot_AreRefusedByEveryWayOfDriving()
    {
        var model = fixture.Model("golden/nar-c2v");
        using var session = model.CreateSession();
        (NarGenerationRequest Request, string Says)[] wrong =
        [
            (Request with { Classes = null! }, "no classes"),
            (Request with { Classes = [] }, "no samples"),
            (Request with { Classes = [-2] }, "-1 is unconditional"),
            (Request with { Classes = [int.MinValue] }, "does not exist"),
            (Request with { Classes = [model.Info.ClassCount] }, $"has classes 0 to {model.Info.ClassCount - 1}"),
            (Request with { Sampling = null! }, "Sampling is null"),
            (Request with { MaxBatch = -1 }, "MaxBatch"),
            (Request with { Sampling = new NarSampling { TopP = -0.5f } }, "top-p"),
            (Request with { Sampling = new NarSampling { TopP = 1.5f } }, "top-p"),
            (Request with { Sampling = new NarSampling { TopP = float.NaN } }, "top-p"),
            (Request with { Streams = [] }, "not one for each"),
        ];

        Assert.All(wrong, request =>
        {
            Action[] ways = [() => model.Generate(request.Request), () => session.Generate(request.Request), () => session.Begin(request.Request), () => session.GenerateAsync(request.Request)];
            Assert.All(ways, way => Assert.Contains(request.Says, Assert.Throws<InvalidRequestException>(way).Message, StringComparison.Ordinal));
        });
        Action[] nothing = [() => model.Generate(null!), () => session.Generate(null!), () => session.Begin(null!), () => session.GenerateAsync(null!)];
        Assert.All(nothing, way => Assert.Throws<ArgumentNullException>(way));
        Assert.NotEqual(model.Generate(Request with { Classes = [-1] }).Tokens, model.Generate(Request).Tokens);
    }

    [SkippableFact]
    public void CreateTexture_SharedWithFamiliesThatDoNotExist_SaysWhichThereAre()
    {
        using var session = fixture.Model("../../weights/demo-image").CreateSession();
        uint families = fixture.Context.Vulkan.QueueFamilyCount;

        Assert.Contains($"queue family {families} of SharedWith does not exist", Refused([families]), StringComparison.Ordinal);
        Assert.Contains($"queue family {uint.MaxValue} ", Refused([0, uint.MaxValue]), StringComparison.Ordinal);
        Assert.Contains("SharedWith is null", Refused(null!), StringComparison.Ordinal);
        Assert.ThrowsAny<NarException>(() => session.CreateTexture(new NarTextureOptions { Samples = int.MaxValue }));
        Assert.Contains("more than any image has", Assert.Throws<InvalidRequestException>(() => fixture.Context.CreateTexture(new NarVulkan.Models.PixelShape(3, 2, 16, 16), new NarTextureOptions { Samples = int.MaxValue })).Message, StringComparison.Ordinal);
        session.CreateTexture(new NarTextureOptions { SharedWith = [families - 1, families - 1] }).Dispose();

        string Refused(IReadOnlyList<uint> shared) =>
            Assert.Throws<InvalidRequestException>(() => session.CreateTexture(new NarTextureOptions { SharedWith = shared })).Message;
    }

    [SkippableFact]
    public void RecordStep_OfNothing_SaysSo()
    {
        using var session = fixture.Model("golden/nar-c2v").CreateSession();
        session.Begin(Request);

        Assert.Contains("default(CommandBuffer)", Assert.Throws<ArgumentException>(() => session.RecordStep(default, NarBudget.Unlimited)).Message, StringComparison.Ordinal);
        fixture.Host.Drop(commands => Assert.Contains("default(NarBudget)", Assert.Throws<ArgumentException>(() => session.RecordStep(commands, default)).Message, StringComparison.Ordinal));
        Assert.Throws<ArgumentNullException>(() => session.RecordDecode(default, null!, NarBudget.Unlimited));
        Assert.Throws<ArgumentNullException>(() => session.Decode(null!));
        Assert.Equal(0, session.StepsDone);
    }

    [Fact]
    public void Streams_WhereNoneAreGiven_AreThoseOfTheCommandLine()
    {
        var request = Request with { Classes = [3, 0, 3, -1, 3] };

        Assert.Equal([0x4_0000u, 0x1_0000, 0x4_0001, 0, 0x4_0002], SampleStreams.Of(request, byClass: true));
        Assert.Equal([0x1_0000u, 0x2_0000, 0x3_0000, 0x4_0000, 0x5_0000], SampleStreams.Of(request, byClass: false));
        var prompts = SampleStreams.Of(request with { Prompts = ["a", "b", "a", "a", "b"] }, byClass: false);
        Assert.Equal([0u, 0, 1, 2, 1], prompts.Select(stream => stream & 0xFFFF));
        Assert.Equal(prompts, NarVulkan.Cli.Output.PromptStreams.Of(["a", "b", "a", "a", "b"], 1));
    }
}
