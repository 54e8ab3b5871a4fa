namespace NarVulkan.Checkpoints;

/// <summary>Settings (<see cref="PlainValues"/>) read with their types checked; messages name the field by its full path.</summary>
/// <param name="file">The file, for messages.</param>
/// <param name="values">The settings.</param>
/// <param name="prefix">Path of the settings in the file, ending in a dot, or empty.</param>
internal sealed class PlainFields(string file, IReadOnlyDictionary<string, object?> values, string prefix = "")
{
    public bool Has(string name) => values.GetValueOrDefault(name) is not null;

    public PlainFields Object(string name) => values.GetValueOrDefault(name) is IReadOnlyDictionary<string, object?> inner
        ? new PlainFields(file, inner, $"{prefix}{name}.")
        : throw Wrong(name, "is missing; it must be a group of settings");

    public int Integer(string name, int least, int most) => values.GetValueOrDefault(name) switch
    {
        long number when number >= least && number <= most => (int)number,
        null => throw Wrong(name, $"is missing; it must be a whole number from {least} to {most}"),
        _ => throw Wrong(name, $"must be a whole number from {least} to {most}"),
    };

    public bool Flag(string name, bool absent) => values.GetValueOrDefault(name) switch
    {
        bool flag => flag,
        null => absent,
        _ => throw Wrong(name, "must be true or false"),
    };

    /// <summary>Refuses a setting that is none of the supported ones; if absent it counts as <paramref name="absent"/>.</summary>
    public void Expect(string name, object absent, params object[] supported)
    {
        object actual = values.GetValueOrDefault(name) ?? absent;
        if (!supported.Contains(actual))
        {
            string shown = actual is string or long or double or bool ? $"{actual}" : "something else";
            throw Wrong(name, $"is {shown}, but this version supports only {string.Join(" or ", supported)}");
        }
    }

    public ModelFileException Wrong(string name, string problem) => new(file, $"{prefix}{name} {problem}");
}
