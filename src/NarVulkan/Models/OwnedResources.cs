namespace NarVulkan.Models;

/// <summary>Things that live and die together; disposed in reverse order of creation.</summary>
internal sealed class OwnedResources : IDisposable
{
    private readonly List<IDisposable> resources = [];

    /// <summary>Takes ownership of <paramref name="resource"/> and returns it.</summary>
    public T Add<T>(T resource) where T : IDisposable
    {
        resources.Add(resource);
        return resource;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        for (int i = resources.Count - 1; i >= 0; i--)
        {
            resources[i].Dispose();
        }
        resources.Clear();
    }
}
