@export()
@description('The one tag of every resource; azd finds by it what belongs to an environment.')
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
