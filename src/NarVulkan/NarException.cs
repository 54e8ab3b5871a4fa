namespace NarVulkan;

/// <summary>
/// What every failure that a user can do something about derives from. <see cref="Exception.Message"/> is one line:
/// what is wrong, where, and what to do. Any other exception type that leaves the library is a defect in it.
/// </summary>
public abstract class NarException : Exception
{
    private const int LongestMessage = 1000;

    // Messages quote names found in files, and those are hostile input: no line breaks, no terminal escapes, no megabytes.
    private protected NarException(string message, Exception? innerException)
        : base(VisibleText.Of(message, LongestMessage), innerException)
    {
    }
}
