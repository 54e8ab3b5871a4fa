namespace NarVulkan;

/// <summary>What lives on a context's device, and ends with it at the latest.</summary>
internal interface IContextOwned
{
    /// <summary>Frees everything; the caller has the context's turn.</summary>
    void Release();
}
