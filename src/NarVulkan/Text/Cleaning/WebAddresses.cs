namespace NarVulkan.Text.Cleaning;

/// <summary>Rules about addresses of pages, people and machines.</summary>
internal static class WebAddresses
{
    private static readonly string[] Domains = ["com", "co", "ru", "net", "org", "edu", "gov", "it"];

    /// <summary>
    /// Removes addresses: a scheme with up to three slashes or the one letter behind it (the rest of such an address stays, unless it is one of the second
    /// kind), or a host name that ends in one of eight domains, with the path of letters, slashes and hyphens behind it.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="scheme">What the first kind begins with, before the colon.</param>
    public static int[] RemoveUrls(int[] text, string scheme)
    {
        // Host names are looked at once a run of their characters, not once a place that one may begin at.
        int runEnd = 0, dot = 0, end = Scan.None;
        return Scan.Replace(text, (span, at) =>
        {
            if (!Scan.IsBoundary(span, at))
            {
                return Scan.None;
            }
            if (SchemeEnd(span, at, scheme) is >= 0 and int behind)
            {
                return behind;
            }
            if (!Scan.Is(span, at, IsHost))
            {
                return Scan.None;
            }
            if (at >= runEnd)
            {
                runEnd = Scan.Run(span, at, IsHost);
                for (dot = runEnd - 1; dot > at && (end = DomainEnd(span, dot)) < 0;)
                {
                    dot--;
                }
            }
            return dot > at ? end : Scan.None;
        });
    }

    /// <summary>Removes <c>@name</c>.</summary>
    public static int[] RemoveNicknames(int[] text)
        => Scan.Replace(text, (span, at) => Scan.Is(span, at, '@') && Scan.Run(span, at + 1, Scan.IsWord) is var end && end > at + 1 ? end : Scan.None);

    /// <summary>Four numbers of up to three digits with dots between them become a space.</summary>
    public static int[] ReplaceIpAddresses(int[] text) => Scan.Replace(text, static (span, at) =>
    {
        for (int part = 0; part < 4; part++)
        {
            if (part > 0 && !Scan.Is(span, at++, '.'))
            {
                return Scan.None;
            }
            int end = Scan.Run(span, at, Scan.IsDigit, most: 3);
            if (end == at)
            {
                return Scan.None;
            }
            at = end;
        }
        return at;
    }, " ");

    private static bool IsHost(int c) => Scan.IsLetter(c) || c is >= '0' and <= '9' or '.' or '-';

    private static bool IsPath(int c) => Scan.IsWord(c) || c is '/' or '-';

    // http:, https: or www: and one to three slashes, or one letter, digit or percent sign.
    private static int SchemeEnd(ReadOnlySpan<int> text, int at, string scheme)
    {
        int colon = Scan.Literal(text, at, scheme);
        if (colon >= 0 && scheme == "http" && Scan.Is(text, colon, 's'))
        {
            colon++;
        }
        if (colon < 0 || !Scan.Is(text, colon, ':'))
        {
            return Scan.None;
        }
        int slashes = Scan.Run(text, colon + 1, c => c == '/', most: 3);
        return slashes > colon + 1 ? slashes
            : Scan.Is(text, slashes, c => Scan.IsLetter(c) || c is >= '0' and <= '9' or '%') ? slashes + 1
            : Scan.None;
    }

    // Behind a dot: a domain, the longest path that ends with a word, and a slash, unless an @ follows.
    private static int DomainEnd(ReadOnlySpan<int> text, int dot)
    {
        if (!Scan.Is(text, dot, '.'))
        {
            return Scan.None;
        }
        foreach (string domain in Domains)
        {
            int behind = Scan.Literal(text, dot + 1, domain);
            if (behind < 0)
            {
                continue;
            }
            for (int end = Scan.Run(text, behind, IsPath); end >= behind; end--)
            {
                if (!Scan.IsBoundary(text, end))
                {
                    continue;
                }
                if (Scan.Is(text, end, '/') && !Scan.Is(text, end + 1, '@'))
                {
                    return end + 1;
                }
                if (!Scan.Is(text, end, '@'))
                {
                    return end;
                }
            }
        }
        return Scan.None;
    }
}
