namespace NarVulkan;

/// <summary>
/// What every failure that a user can do something about derives from. <see cref="Exception.Message"/> is one line:
/// what is wrong, where, and what to do. Any other exception type that leaves the library is a defect in it.
/// </summary>
public abstract class NarException : Exception
{
    private const int LongestMessage = 1000;

    private protected NarException(string message, Exception? innerException)
        : base(OneLine(message), innerException)
    {
    }

    // Messages quote names found in files, and those are hostile input: no line breaks, no terminal escapes, no megabytes.
    private static string OneLine(string message)
    {
        string cut = message.Length <= LongestMessage ? message : message[..LongestMessage] + "...";
        return string.Create(cut.Length, cut, static (line, text) =>
        {
            for (int i = 0; i < line.Length; i++)
            {
                bool visible = !char.IsControl(text[i])
                    && text[i] is not ('\u2028' or '\u2029') && text[i] is not (>= '\u202A' and <= '\u202E');
                line[i] = visible ? text[i] : '?';
            }
        });
    }
}
