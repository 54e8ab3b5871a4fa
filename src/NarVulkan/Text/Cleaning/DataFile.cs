namespace NarVulkan.Text.Cleaning;

/// <summary>The tables that are part of the assembly, <c>src/NarVulkan/Text/Data</c>.</summary>
internal static class DataFile
{
    /// <summary>The lines of a table, comments left out.</summary>
    public static IEnumerable<string> Lines(string name)
    {
        using Stream stream = typeof(DataFile).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not part of the assembly");
        using StreamReader reader = new(stream);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
            {
                yield return line;
            }
        }
    }

    /// <summary>The words of a table by its sections, which begin with a name in brackets.</summary>
    public static Dictionary<string, List<string>> Sections(string name)
    {
        Dictionary<string, List<string>> sections = new(StringComparer.Ordinal);
        List<string> section = [];
        foreach (string line in Lines(name))
        {
            if (line.StartsWith('['))
            {
                sections.Add(line[1..^1], section = []);
            }
            else
            {
                section.AddRange(line.Split(' '));
            }
        }
        return sections;
    }
}
