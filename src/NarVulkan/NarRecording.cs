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
    /// <summary>
    /// Device time that is expected of it, in milliseconds, by what the same work took before: more than a budget of milliseconds only where the smallest part
    /// that can be recorded takes longer. A guess until the device's first timestamps are back; 0 where it is empty.
    /// </summary>
    public double ExpectedMilliseconds { get; init; }

    /// <summary>Whether nothing was recorded: nothing was left, or another thread is preparing it. There is nothing to signal either.</summary>
    public bool IsEmpty => Done.Semaphore.Handle == 0;
}
