namespace NarVulkan.Checkpoints.Pickle;

/// <summary>A value that holds other values.</summary>
internal abstract class PickleContainer
{
    /// <summary>How far <see cref="PickleNesting"/> has come with it. Kept here, since a hostile pickle is mostly containers and a set of them would be larger than they are.</summary>
    public PickleVisit Visit { get; set; }

    /// <summary>Levels from it to the innermost that holds anything, itself among them; known once <see cref="Visit"/> is done.</summary>
    public int Height { get; set; }

    /// <summary>Its values.</summary>
    public abstract int Count { get; }

    /// <summary>One of them, by its place.</summary>
    public abstract object? this[int place] { get; }

    /// <summary>How to name a place in a message.</summary>
    public abstract string NameOf(int place);
}
