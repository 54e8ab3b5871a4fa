namespace NarVulkan.Cli.Output;

/// <summary>Standard output was closed before the program began (<c>narvk ... >&amp;-</c>). Where what belonged there was the result, that is a failure.</summary>
internal sealed class OutputClosedException(Exception inner) : IOException("standard output: is closed, and the result belongs there; leave it open, or send it elsewhere", inner);
