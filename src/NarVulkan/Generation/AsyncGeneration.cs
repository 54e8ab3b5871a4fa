using System.Runtime.CompilerServices;

namespace NarVulkan.Generation;

/// <summary>A request driven step by step at the consumer's pace, the waiting done by threads of the pool.</summary>
internal sealed class AsyncGeneration
{
    private readonly NarSession session;
    private readonly PreparedRequest prepared;

    /// <exception cref="InvalidRequestException">The request asks for what the model cannot do, or for more samples than run side by side.</exception>
    public AsyncGeneration(NarSession session, NarGenerationRequest request)
    {
        this.session = session;
        prepared = session.Prepare(request);
        prepared.RequireFits(prepared.Samples);
    }

    /// <summary>Every step as it completes.</summary>
    public async IAsyncEnumerable<NarStep> Run([EnumeratorCancellation] CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        long number = await Task.Run(() => session.Begin(prepared, 0, prepared.Samples, prepared.Decode), CancellationToken.None).ConfigureAwait(false);
        try
        {
            while (await Task.Run(() => Step(number), CancellationToken.None).ConfigureAwait(false) is { } step)
            {
                cancellation.ThrowIfCancellationRequested();
                yield return session.StepAt(step);
                cancellation.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            // Nothing is in flight, unless a wait failed.
            session.Cancel(number);
        }
    }

    private int? Step(long number)
    {
        if (session.SubmitStep(number) is not { } submitted)
        {
            return null;
        }
        session.Wait(submitted.Value);
        return submitted.Step;
    }
}
