using System.Globalization;

namespace NarVulkan.Cli.Fetching;

/// <summary>Tries again after failures that may pass, with longer and longer pauses, as long as that gets anywhere.</summary>
internal sealed class Retries(TransferPatience patience)
{
    private const long WorthTheName = 1 << 20;

    /// <param name="where">The address, for messages.</param>
    /// <param name="attempt">What is tried.</param>
    /// <param name="reached">The most bytes that were ever there: attempts that bring a good deal are not counted.</param>
    /// <param name="pausing">Is told what went wrong and how long the pause is.</param>
    /// <param name="cancellation">Stops a pause.</param>
    /// <exception cref="FetchException">It failed too often, or the server asks for a longer pause than anybody waits.</exception>
    public async Task<T> Run<T>(string where, Func<Task<T>> attempt, Func<long> reached, Action<string, TimeSpan> pausing, CancellationToken cancellation)
    {
        long mark = reached();
        for (int failures = 1; ; failures++)
        {
            try
            {
                return await attempt();
            }
            catch (PassingFaultException e)
            {
                if (reached() >= mark + WorthTheName)
                {
                    mark = reached();
                    failures = 1;
                }
                if (failures >= patience.Attempts)
                {
                    throw new FetchException(where, $"{e.Message}, {failures} times in a row; check the network, or go on later with the same command", e);
                }
                TimeSpan pause = e.Wait ?? patience.FirstPause * Math.Pow(2, failures - 1);
                if (pause > patience.LongestPause)
                {
                    throw new FetchException(where, string.Create(CultureInfo.InvariantCulture, $"{e.Message} and asks to wait {Math.Ceiling(pause.TotalMinutes):0} minutes; go on then with the same command"), e);
                }
                pausing(e.Message, pause);
                await patience.Wait(pause, cancellation);
            }
        }
    }
}
