@export()
@description('The tag of every resource, by which azd finds the resources of an environment.')
type tags = {
  @description('Name of the azd environment.')
  'azd-env-name': string
}

@export()
@description('App settings by name.')
type settings = {
  @description('Value of a setting.')
  *: string
}
