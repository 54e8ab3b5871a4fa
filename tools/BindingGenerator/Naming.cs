using System.Text;
using System.Text.RegularExpressions;

namespace BindingGenerator;

/// <summary>Silk.NET's spelling of Vulkan names, as rules.</summary>
internal static partial class Naming
{
    private static readonly HashSet<string> Vendors = ["KHR", "EXT", "NV", "AMD", "ARM", "QCOM", "INTEL"];

    // Two-letter words are capitalised (Of, In, To) unless they abbreviate something.
    private static readonly Dictionary<string, string> Words = new()
    {
        ["NV"] = "NV", ["ID"] = "ID", ["FD"] = "FD", ["IO"] = "IO", ["SNORM"] = "SNorm",
    };

    /// <summary><c>VkBufferUsageFlagBits</c> and <c>VkBufferUsageFlags</c> to <c>BufferUsageFlags</c>.</summary>
    public static string Type(string name)
    {
        if (name.StartsWith("PFN_vk", StringComparison.Ordinal))
        {
            return "Pfn" + name["PFN_vk".Length..];
        }

        return name["Vk".Length..].Replace("FlagBits", "Flags", StringComparison.Ordinal);
    }

    /// <summary><c>vkCreateSwapchainKHR</c> to <c>CreateSwapchain</c>: extension classes drop the vendor.</summary>
    public static string Command(string name)
    {
        string result = name["vk".Length..];
        string? vendor = Vendors.FirstOrDefault(v => result.EndsWith(v, StringComparison.Ordinal));
        return vendor is null ? result : result[..^vendor.Length];
    }

    /// <summary><c>VK_KHR_push_descriptor</c> to <c>KhrPushDescriptor</c>.</summary>
    public static string ExtensionClass(string name) => string.Concat(name.Split('_')[1..].Select(w => Capitalise(w.ToLowerInvariant())));

    /// <summary><c>deviceLUIDValid</c> to <c>DeviceLuidvalid</c>: a run of three or more capitals becomes one word.</summary>
    public static string Field(string name)
    {
        var result = new StringBuilder();
        foreach (string part in name.Split('_'))
        {
            result.Append(CapitalRun().Replace(Capitalise(part), run => Capitalise(run.Value.ToLowerInvariant())));
        }

        return result.ToString();
    }

    /// <summary><c>VK_UUID_SIZE</c> to <c>UuidSize</c>.</summary>
    public static string Constant(string name) => Pascal(name["VK_".Length..]);

    /// <summary><c>VK_BUFFER_USAGE_STORAGE_BUFFER_BIT</c> with its prefix <c>VK_BUFFER_USAGE_</c> to <c>StorageBufferBit</c>.</summary>
    public static string Enumerant(string name, string prefix) =>
        Pascal(name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name["VK_".Length..]);

    /// <summary>The prefix that the members of an enumeration share: <c>VkPipelineStageFlagBits2</c> to <c>VK_PIPELINE_STAGE_2_</c>.</summary>
    public static string EnumerantPrefix(string enumeration, IEnumerable<string> members)
    {
        string? vendor = Vendors.FirstOrDefault(v => enumeration.EndsWith(v, StringComparison.Ordinal));
        string name = vendor is null ? enumeration : enumeration[..^vendor.Length];
        name = name.Replace("FlagBits", "", StringComparison.Ordinal);
        string prefix = WordStart().Replace(name, "_$1").ToUpperInvariant() + "_";

        // A member may not begin with a digit: the last word of the prefix is kept then, for the whole enumeration.
        bool digit = members.Any(m => m.StartsWith(prefix, StringComparison.Ordinal) && char.IsDigit(m[prefix.Length]));
        return digit ? prefix[..(prefix[..^1].LastIndexOf('_') + 1)] : prefix;
    }

    private static string Pascal(string name) => string.Concat(name.Split('_').Select(Word));

    private static string Word(string word)
    {
        if (Words.TryGetValue(word, out string? known))
        {
            return known;
        }

        return word.Any(char.IsDigit)
            ? Letters().Replace(word, m => m.Length <= 2 ? m.Value : Capitalise(m.Value.ToLowerInvariant()))
            : Capitalise(word.ToLowerInvariant());
    }

    private static string Capitalise(string word) => word.Length == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..];

    [GeneratedRegex("[A-Z]{3,}")]
    private static partial Regex CapitalRun();

    [GeneratedRegex("[A-Za-z]+")]
    private static partial Regex Letters();

    [GeneratedRegex("(?<=[a-z])([A-Z0-9])|(?<=[A-Z])([A-Z](?=[a-z]))")]
    private static partial Regex WordStart();
}
