using NarVulkan;
using Silk.NET.Vulkan;

namespace SpinningCube;

/// <summary>
/// What NarVulkan does in this program: records a bounded piece of the generation into each frame's command buffer, and the decoding of what there is
/// into a texture, again and again until the clip is complete; rests; goes on with the next class.
/// </summary>
internal sealed class ClipGenerator : IDisposable
{
    // Steps between two decodings: a decoding costs as much as several steps.
    private const int StepsPerPreview = 6;

    private static readonly TimeSpan RestTime = TimeSpan.FromSeconds(3);

    private readonly NarContext context;
    private readonly NarModel model;
    private readonly NarSession session;
    private readonly NarBudget budget;
    private ulong seed;
    private Task? beginning;
    private DateTime restUntil;
    private int stepsAtPreview;
    private bool decoding, complete = true;

    public ClipGenerator(HostDevice host, SampleOptions options)
    {
        context = NarContext.Create(
            host.Vk, host.Instance, host.PhysicalDevice, host.Device, host.Queue, host.QueueFamily, host.QueueLock,
            new NarHostOptions { Enabled = host.Enabled });
        model = NarModel.Load(context, options.Model);
        session = model.CreateSession();
        Texture = session.CreateTexture();
        budget = NarBudget.Milliseconds(options.Budget);
        seed = options.Seed;
    }

    /// <summary>The clip, as far as it has grown: one array layer for each frame.</summary>
    public NarTexture Texture { get; }

    /// <summary>Whether the texture may be sampled: its first decoding was recorded to the end.</summary>
    public bool HasPicture { get; private set; }

    /// <summary>Clips that were finished and shown for a while.</summary>
    public int FinishedClips { get; private set; }

    /// <summary>What is being made, in words.</summary>
    public string Status { get; private set; } = "";

    /// <summary>
    /// Records the next piece of work into a frame, before its render pass; the points to signal when the frame has run, none where there was
    /// nothing to do.
    /// </summary>
    public IReadOnlyList<NarTimelinePoint> Record(CommandBuffer commands)
    {
        if (complete)
        {
            Rest();
        }
        if (beginning is not { IsCompletedSuccessfully: true } || complete)
        {
            // An error of the other thread is this one's from here on.
            if (beginning is { IsFaulted: true })
            {
                beginning.GetAwaiter().GetResult();
            }
            return [];
        }
        NarRecording recording = decoding ? session.RecordDecode(commands, Texture, budget) : session.RecordStep(commands, budget);
        if (decoding)
        {
            decoding = !recording.IsComplete;
            HasPicture |= recording.IsComplete;
            if (recording.IsComplete && session.IsComplete)
            {
                (complete, restUntil) = (true, DateTime.UtcNow + RestTime);
            }
        }
        else if (recording.IsComplete || session.StepsDone - stepsAtPreview >= StepsPerPreview)
        {
            (decoding, stepsAtPreview) = (true, session.StepsDone);
        }
        Status = $"{Name()}, step {session.StepsDone} of {model.Info.Steps}";
        return recording.IsEmpty ? [] : [recording.Done];
    }

    /// <summary>Ends generating; nothing that was recorded is in flight any more, and the host's views of the texture are gone.</summary>
    public void Dispose()
    {
        if (beginning is not null)
        {
            Task.WaitAny(beginning);
        }
        Texture.Dispose();
        session.Dispose();
        model.Dispose();
        context.Dispose();
    }

    // The finished clip is shown for a while; then the next begins, on another thread, since the first time takes a moment.
    private void Rest()
    {
        if (DateTime.UtcNow < restUntil)
        {
            return;
        }
        FinishedClips += beginning is null ? 0 : 1;
        (complete, decoding, stepsAtPreview) = (false, false, 0);
        NarGenerationRequest request = new() { Classes = [Class(seed)], Seed = seed, Sampling = model.Info.Sampling };
        beginning = Task.Run(() => session.Begin(request));
        seed++;
    }

    private int Class(ulong seed) => model.Info.ClassCount > 0 ? (int)(seed % (ulong)model.Info.ClassCount) : -1;

    private string Name()
    {
        ulong current = seed - 1;
        return model.Info.ClassNames is { } names && Class(current) >= 0 ? names[Class(current)] : $"seed {current}";
    }
}
