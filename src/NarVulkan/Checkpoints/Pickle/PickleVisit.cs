namespace NarVulkan.Checkpoints.Pickle;

/// <summary>How far a walk has come with a container.</summary>
internal enum PickleVisit : byte
{
    NotYet,

    /// <summary>It is being walked through: who meets it now is within it.</summary>
    Within,

    Done,
}
