using NarVulkan.Cli.Models;
using Xunit;

namespace NarVulkan.Tests.Cli;

public class ClassListTests
{
    private static readonly string[] Names = ["bounce-ball", "jump-square", "Orbit Star", "zoom-in-ring", "zoom-out-ring"];

    private static readonly string[] Synonyms = ["tench, Tinca tinca", "crane", "great grey owl, great gray owl, Strix nebulosa", "macaw", "crane", "parrot, macaw"];

    [Theory]
    [InlineData("3", new[] { 3 })]
    [InlineData("0,4,1", new[] { 0, 4, 1 })]
    [InlineData("1-3", new[] { 1, 2, 3 })]
    [InlineData("2-2", new[] { 2 })]
    [InlineData(" 0 , 2 - 3 ", new[] { 0, 2, 3 })]
    [InlineData("none", new[] { -1 })]
    [InlineData("-1,NONE,0", new[] { -1, -1, 0 })]
    [InlineData("bounce-ball", new[] { 0 })]
    [InlineData("BOUNCE-BALL,zoom-out-ring", new[] { 0, 4 })]
    [InlineData("orbit-star", new[] { 2 })]
    [InlineData("OrbitStar,jump_square", new[] { 2, 1 })]
    [InlineData("3,3", new[] { 3, 3 })]
    public void Parse_ValidList_GivesIdsInOrder(string text, int[] expected) =>
        Assert.Equal(expected, ClassList.Parse(text, Names.Length, Names, "the model"));

    [Theory]
    [InlineData("5", "classes 0 to 4")]
    [InlineData("99999999999999999999", "classes 0 to 4")]
    [InlineData("-2", "there is no class '-2'")]
    [InlineData("3-9", "there is no class 9")]
    [InlineData("3-1", "write 1-3")]
    [InlineData("", "is empty")]
    [InlineData("1,,2", "is empty")]
    [InlineData("bounce-bal", "did you mean bounce-ball?")]
    [InlineData("zoom-on-ring", "zoom-in-ring")]
    [InlineData("ring", "did you mean zoom-in-ring or zoom-out-ring?")]
    [InlineData("xylophone", "the model has bounce-ball, jump-square, Orbit Star, zoom-in-ring, ...;")]
    public void Parse_InvalidList_SaysWhatIsWrong(string text, string expected)
    {
        InvalidRequestException error = Assert.Throws<InvalidRequestException>(() => ClassList.Parse(text, Names.Length, Names, "the model"));
        Assert.Contains(expected, error.Message);
        Assert.StartsWith("--class: ", error.Message);
    }

    [Theory]
    [InlineData("Action", "did you mean")]
    [InlineData("xylophone", "the model has LongClassName0, LongClassName1, LongClassName2, LongClassName3, ...;")]
    public void Parse_UnknownNameOfManyClasses_NamesAFewAndSaysWhereAllAre(string text, string expected)
    {
        string[] names = [.. Enumerable.Range(0, 100).Select(i => $"LongClassName{i}"), "Actions"];
        string message = Assert.Throws<InvalidRequestException>(() => ClassList.Parse(text, names.Length, names, "the model")).Message;
        Assert.Contains(expected, message);
        Assert.Contains("'narvk inspect' on its folder lists them all", message);
        // Two lines of a narrow terminal; all names would take twenty.
        Assert.InRange(message.Length, 0, 200);
    }

    [Theory]
    [InlineData("tench", new[] { 0 })]
    [InlineData("Tinca tinca,great-grey-owl", new[] { 0, 2 })]
    [InlineData("macaw", new[] { 3 })]
    public void Parse_SynonymOfAName_IsTheName(string text, int[] expected) =>
        Assert.Equal(expected, ClassList.Parse(text, Synonyms.Length, Synonyms, "the model"));

    [Fact]
    public void Parse_NameOfTwoClasses_AsksForAnId() => Assert.Contains(
        "'crane' names the classes 1 and 4 of the model; give one of these ids",
        Assert.Throws<InvalidRequestException>(() => ClassList.Parse("crane", Synonyms.Length, Synonyms, "the model")).Message);

    [Fact]
    public void Parse_NameWithoutNames_AsksForIds()
    {
        InvalidRequestException error = Assert.Throws<InvalidRequestException>(() => ClassList.Parse("ball", 12, null, "the model"));
        Assert.Contains("give ids from 0 to 11", error.Message);
    }

    [Fact]
    public void FromSeed_ManySeeds_ReachesEveryClassEvenly()
    {
        int[] counts = new int[28];
        for (ulong seed = 0; seed < 28_000; seed++)
        {
            counts[ClassList.FromSeed(seed, counts.Length)]++;
        }
        // 1000 expected, standard deviation 31: five of them on either side.
        Assert.All(counts, count => Assert.InRange(count, 845, 1155));
    }

    [Fact]
    public void FromSeed_SameSeed_GivesSameClassForEver() =>
        Assert.Equal([23, 9, 5, 0], new[] { 0ul, 1ul, 42ul, ulong.MaxValue }.Select(seed => ClassList.FromSeed(seed, 28)));
}
