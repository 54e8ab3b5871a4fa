namespace NarVulkan.Checkpoints.Pickle;

/// <summary>The name of a Python class or function that a pickle refers to. Only ever a name: nothing is imported or called.</summary>
internal sealed record GlobalName(string Module, string Name)
{
    // Joined once: a pickle of megabytes may ask for the same name at every fourth byte.
    private readonly string full = $"{Module}.{Name}";

    /// <summary>Whether it looks like a class's: Python's functions begin with a small letter. A name with dots is one within something else.</summary>
    public bool IsLikeAClass => Name.Length > 0 && char.IsAsciiLetterUpper(Name.TrimStart('_').FirstOrDefault()) && !Name.Contains('.');

    /// <summary>Whether a checkpoint's pickle may ask for a call of it, by <see cref="KnownNames"/>.</summary>
    public bool MayBeCalled => KnownNames.MayBeCalled(full);

    public override string ToString() => full;
}
