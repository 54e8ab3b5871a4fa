namespace NarVulkan.Cli.Fetching;

/// <summary>A download that failed on the way: the network, the server, or another process. What was fetched is kept. Exit code 1.</summary>
/// <param name="where">The address or the folder at fault, without secrets; it leads the message.</param>
/// <param name="problem">What went wrong and what to do.</param>
/// <param name="cause">What reported it, if anything.</param>
internal sealed class FetchException(string where, string problem, Exception? cause = null) : Exception($"{where}: {problem}", cause);
