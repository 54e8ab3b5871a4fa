namespace NarVulkan;

/// <summary>What a call put into the host's command buffer.</summary>
/// <param name="FirstStep">First step that it completes.</param>
/// <param name="StepCount">Steps that it completes; 0 where the budget ended within one, and of decoding.</param>
/// <param name="IsComplete">Whether nothing is left to record: all steps, or all of the decoding.</param>
/// <param name="Done">
/// Must be reached when the command buffer has run: the host signals it in the submission of the command buffer, or calls
/// <see cref="NarSession.Signal"/> after it, or <see cref="NarSession.Discard"/> where it does not submit. The semaphore is the session's.
/// </param>
public readonly record struct NarRecording(int FirstStep, int StepCount, bool IsComplete, NarTimelinePoint Done)
{
    /// <summary>Whether nothing was recorded, because nothing was left: there is nothing to signal either.</summary>
    public bool IsEmpty => Done.Semaphore.Handle == 0;
}
