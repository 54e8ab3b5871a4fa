namespace NarVulkan.Text.Cleaning;

/// <summary>Rules about phrases of shops and download pages.</summary>
internal static class Adverts
{
    private static readonly string[] Formats = ["png", "jpg", "jpeg", "bmp", "webp", "eps", "pdf", "apk", "mp4"];

    /// <summary>Removes all of them.</summary>
    public static int[] Remove(int[] text)
    {
        text = Scan.Replace(text, Shipping);
        text = Scan.Replace(text, Download);
        text = Scan.Replace(text, Click);
        text = Scan.Replace(text, Format);
        return Scan.Replace(text, Page);
    }

    // worldwide free shipping, of which the first two may be missing.
    private static int Shipping(ReadOnlySpan<int> text, int at)
    {
        int worldwide = Spaces(text, Scan.Literal(text, at, "worldwide"));
        return worldwide >= 0 && FreeShipping(text, worldwide) is >= 0 and int end ? end : FreeShipping(text, at);
    }

    private static int FreeShipping(ReadOnlySpan<int> text, int at)
    {
        int free = Spaces(text, Scan.Literal(text, at, "free"));
        return free >= 0 && Scan.Literal(text, free, "shipping") is >= 0 and int end ? end : Scan.Literal(text, at, "shipping");
    }

    // free download, download free, with one white space between.
    private static int Download(ReadOnlySpan<int> text, int at)
    {
        int free = Space(text, Scan.Literal(text, at, "free"));
        int end = Scan.Literal(text, free, "download") is >= 0 and int both ? both : Scan.Literal(text, at, "download");
        return end >= 0 && Scan.Literal(text, Space(text, end), "free") is >= 0 and int behind ? behind : end;
    }

    // click for that, click on that.
    private static int Click(ReadOnlySpan<int> text, int at)
    {
        int word = Scan.IsBoundary(text, at) ? Space(text, Space(text, Scan.Literal(text, at, "click")) is >= 0 and int behind ? Scan.AnyOf(text, behind, ["for", "on"]) : Scan.None) : Scan.None;
        return word >= 0 && Scan.Run(text, word, Scan.IsWord) is var end && end > word ? end : Scan.None;
    }

    // png, png image, png images; a word need not end behind it.
    private static int Format(ReadOnlySpan<int> text, int at)
    {
        int end = Scan.IsBoundary(text, at) ? Scan.AnyOf(text, at, Formats) : Scan.None;
        int image = Scan.Literal(text, Space(text, end), "image");
        return image < 0 ? end : Scan.Is(text, image, 's') ? image + 1 : image;
    }

    // page 12
    private static int Page(ReadOnlySpan<int> text, int at)
    {
        int number = Scan.IsBoundary(text, at) ? Spaces(text, Scan.Literal(text, at, "page")) : Scan.None;
        return number >= 0 && Scan.Run(text, number, Scan.IsDigit) is var end && end > number && Scan.IsBoundary(text, end) ? end : Scan.None;
    }

    private static int Space(ReadOnlySpan<int> text, int at) => at >= 0 && Scan.Is(text, at, Scan.IsSpace) ? at + 1 : Scan.None;

    private static int Spaces(ReadOnlySpan<int> text, int at) => Space(text, at) >= 0 ? Scan.Run(text, at, Scan.IsSpace) : Scan.None;
}
