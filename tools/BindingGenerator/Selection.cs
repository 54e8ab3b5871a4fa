namespace BindingGenerator;

/// <summary>What is bound: the contents of <c>commands.txt</c>. Its head explains the format.</summary>
internal sealed class Selection
{
    public List<string> Commands { get; } = [];
    public List<string> Extensions { get; } = [];
    public List<string> Types { get; } = [];
    public List<string> EnumerantVendors { get; } = [];
    public HashSet<string> LateBits { get; } = [];
    public HashSet<string> Flags { get; } = [];
    public Dictionary<string, string> Prefixes { get; } = [];
    public Dictionary<string, string> Renames { get; } = [];

    /// <exception cref="InvalidDataException">A line that is not understood.</exception>
    public static Selection Load(string path)
    {
        var selection = new Selection();
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            string[] words = line.Split('#')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 0 && !selection.Add(words[0], words[1..]))
            {
                throw new InvalidDataException($"{path}({number}): not understood: {line}");
            }
        }

        return selection;
    }

    private bool Add(string kind, string[] names)
    {
        switch (kind)
        {
            case "command": Commands.AddRange(names); return true;
            case "extension": Extensions.AddRange(names); return true;
            case "type": Types.AddRange(names); return true;
            case "enumerants": EnumerantVendors.AddRange(names); return true;
            case "late-bits": LateBits.UnionWith(names); return true;
            case "flags": Flags.UnionWith(names); return true;
            case "prefix" when names.Length == 2: Prefixes.Add(names[0], names[1]); return true;
            case "rename" when names.Length == 2: Renames.Add(names[0], names[1]); return true;
            default: return false;
        }
    }
}
