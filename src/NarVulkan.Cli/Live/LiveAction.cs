namespace NarVulkan.Cli.Live;

/// <summary>What the generating thread does next.</summary>
internal enum LiveAction
{
    /// <summary>Goes on by a step.</summary>
    Step,

    /// <summary>Shows what there is: steps wait for a key from now on.</summary>
    Pause,

    /// <summary>Begins anew with another seed.</summary>
    Reseed,

    /// <summary>Writes what there is.</summary>
    Save,
}
