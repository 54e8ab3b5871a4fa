using Xunit;

namespace NarVulkan.Tests.Models;

[Collection(ModelCollection.Name)]
public sealed class DeviceSelfTestTests(ModelFixture fixture)
{
    [SkippableFact]
    public void SelfTest_OnAWorkingDevice_PassesEveryCase()
    {
        var results = fixture.RequireContext().SelfTest();

        Assert.NotEmpty(results);
        Assert.All(results, result => Assert.True(result.Passed, $"{result.Name}: {result.Detail}"));
    }
}
