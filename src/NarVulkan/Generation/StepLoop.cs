using System.Runtime.CompilerServices;

namespace NarVulkan.Generation;

/// <summary>A generation whose consumer asks for one step after another. Whatever takes time is done by threads of the pool.</summary>
/// <param name="session">Drives the session.</param>
/// <param name="request">A request that was checked.</param>
internal sealed class StepLoop(SessionDriver session, NarGenerationRequest request)
{
    /// <summary>The steps, each when it is complete.</summary>
    public async IAsyncEnumerable<NarStep> Run([EnumeratorCancellation] CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        // The threads of the pool do not hold it, but would wait for whoever asks, who may.
        session.RequireLockNotHeld();
        long number = await Task.Run(() => Begin(cancellation), CancellationToken.None).ConfigureAwait(false);
        try
        {
            cancellation.ThrowIfCancellationRequested();
            while (await Task.Run(() => Step(number), CancellationToken.None).ConfigureAwait(false) is { } step)
            {
                cancellation.ThrowIfCancellationRequested();
                yield return session.StepAt(step);
                cancellation.ThrowIfCancellationRequested();
                session.RequireLockNotHeld();
            }
        }
        finally
        {
            session.Cancel(number);
        }
    }

    private long Begin(CancellationToken cancellation)
    {
        var prepared = session.Prepare(request, cancellation);
        return session.Begin(prepared, 0, prepared.Samples, prepared.Decode);
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
