using System.Diagnostics;

namespace NarVulkan.Generation;

/// <summary>A request driven to its end on the calling thread, in batches that fit the device. The next step is submitted before the last one is waited for.</summary>
internal sealed class BlockingGeneration
{
    private readonly SessionDriver session;
    private readonly NarModel model;
    private readonly PreparedRequest prepared;
    private readonly int fitting;

    /// <exception cref="InvalidRequestException">The request asks for what the model cannot do.</exception>
    public BlockingGeneration(SessionDriver session, NarGenerationRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        this.session = session;
        model = session.Model;
        if (request.DecodeFrames && !model.Info.HasTokenizer)
        {
            throw new InvalidRequestException($"model {model.Info.Name} has no tokenizer, so its tokens cannot become frames; ask for tokens or logits only.");
        }
        prepared = session.Prepare(request, cancellation);
        fitting = session.Fit(prepared);
    }

    /// <summary>Generates everything.</summary>
    public NarGenerationResult Run(IProgress<NarProgress>? progress, CancellationToken cancellation)
    {
        int samples = prepared.Samples, tokenCount = model.Info.TokenCount;
        var tokens = new int[checked(samples * tokenCount)];
        int valuesPerSample = checked(tokenCount * model.Info.Vocabulary);
        var logits = prepared.Request.KeepLogits ? PixelCheck.Allocate(samples, valuesPerSample, "logits") : null;
        double recording = 0, running = 0;
        for (int first = 0; first < samples; first += fitting)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(fitting, samples - first);
            long start = Stopwatch.GetTimestamp();
            long number = session.Begin(prepared, first, count, decode: false);
            recording += Stopwatch.GetElapsedTime(start).TotalSeconds;
            start = Stopwatch.GetTimestamp();
            RunSteps(number, first, count, progress, cancellation);
            running += Stopwatch.GetElapsedTime(start).TotalSeconds;
            session.ReadResults(
                number, tokens.AsSpan(first * tokenCount, count * tokenCount),
                logits is null ? default : logits.AsSpan(first * valuesPerSample, count * valuesPerSample));
        }
        long decoding = Stopwatch.GetTimestamp();
        if (prepared.Request.DecodeFrames)
        {
            int allSteps = model.Info.Steps;
            progress?.Report(new NarProgress("decode", allSteps, allSteps, tokens.Length, tokens.Length));
        }
        var frames = prepared.Request.DecodeFrames ? model.Decode(tokens, samples, cancellation: cancellation) : null;
        return new NarGenerationResult
        {
            Tokens = tokens,
            Logits = logits,
            Frames = frames,
            Timings = new NarTimings(recording, 0, running, Stopwatch.GetElapsedTime(decoding).TotalSeconds),
        };
    }

    private void RunSteps(long number, int first, int count, IProgress<NarProgress>? progress, CancellationToken cancellation)
    {
        try
        {
            var running = session.SubmitStep(number);
            while (running is { } step)
            {
                cancellation.ThrowIfCancellationRequested();
                var next = session.SubmitStep(number);
                session.Wait(step.Value);
                Report(step.Step, first, count, progress);
                running = next;
            }
        }
        catch
        {
            session.Cancel(number);
            throw;
        }
    }

    private void Report(int index, int first, int count, IProgress<NarProgress>? progress)
    {
        if (progress is not null)
        {
            int batches = (prepared.Samples + fitting - 1) / fitting, stepCount = model.Info.Steps;
            int tokensDone = first * model.Info.TokenCount + count * session.StepAt(index).TokensDone;
            progress.Report(new NarProgress(
                index == 0 ? "prefill" : "steps", first / fitting * stepCount + index + 1, batches * stepCount, tokensDone, prepared.Samples * model.Info.TokenCount));
        }
    }
}
